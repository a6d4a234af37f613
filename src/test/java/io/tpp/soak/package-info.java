/**
 * The whole of TPP among clients that come, wait, leave and misbehave, in front of an upstream that fails: whatever
 * they do, no lease is lost, doubled or mixed up.
 *
 * <p>The tests tagged {@code soak} take minutes and run with {@code mvn -Psoak verify}; each has a short form in the
 * ordinary run.
 */
@NullMarked
package io.tpp.soak;

import org.jspecify.annotations.NullMarked;
