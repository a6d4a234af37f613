/** The path of a client's request to the upstream and back. */
@NullMarked
package io.tpp.proxy;

import org.jspecify.annotations.NullMarked;
