/** What the health connector serves. */
@NullMarked
package io.tpp.admin;

import org.jspecify.annotations.NullMarked;
