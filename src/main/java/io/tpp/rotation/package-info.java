/** Credentials and ready-made tokens that change while TPP runs. */
@NullMarked
package io.tpp.rotation;

import org.jspecify.annotations.NullMarked;
