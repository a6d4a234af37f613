/** What the configuration says of addresses and paths: blocks of the ones, patterns of the others. */
@NullMarked
package io.tpp.net;

import org.jspecify.annotations.NullMarked;
