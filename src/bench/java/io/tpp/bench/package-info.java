/**
 * How fast TPP is, compared with other proxies on the same machine: {@code mvn -Pbench verify}.
 *
 * <p>{@link BenchmarkIT} starts an upstream, TPP and the others, puts each under load in turn, and writes a table with the raw
 * numbers and a plot beside it into {@code target/bench}. {@link Settings} says what can be chosen.
 */
@NullMarked
package io.tpp.bench;

import org.jspecify.annotations.NullMarked;
