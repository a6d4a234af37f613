/**
 * The whole of TPP under clients that mean it harm: whatever they send, it lives, its memory has bounds, others are
 * served, and the pool is whole afterwards.
 *
 * <p>What is tagged {@code soak} is the same for longer; {@code mvn -Psoak verify} runs it. {@code -Dabuse.seed=} repeats
 * what was left to chance. Slow clients are in {@link io.tpp.SlowClientsTest}, single requests that are no requests in
 * {@link io.tpp.MalformedRequestTest} and {@link io.tpp.Http2AbuseTest}.
 */
@NullMarked
package io.tpp.abuse;

import org.jspecify.annotations.NullMarked;
