/** What a token is and how one is obtained, without any knowledge of HTTP. */
@NullMarked
package io.tpp.token;

import org.jspecify.annotations.NullMarked;
