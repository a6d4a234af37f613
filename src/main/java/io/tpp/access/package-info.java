/** Who clients are: API keys, the subjects of their certificates, and how many connections each may have. */
@NullMarked
package io.tpp.access;

import org.jspecify.annotations.NullMarked;
