/** The command line and the composition of TPP. */
@NullMarked
package io.tpp;

import org.jspecify.annotations.NullMarked;
