/** Values that must never be printed. */
@NullMarked
package io.tpp.secret;

import org.jspecify.annotations.NullMarked;
