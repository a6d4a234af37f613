/** How TPP reads and writes JSON. */
@NullMarked
package io.tpp.json;

import org.jspecify.annotations.NullMarked;
