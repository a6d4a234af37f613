/** TLS towards clients, and the PEM files that both sides' TLS is made of. */
@NullMarked
package io.tpp.tls;

import org.jspecify.annotations.NullMarked;
