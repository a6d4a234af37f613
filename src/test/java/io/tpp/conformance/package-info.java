/**
 * Suites, clients and servers nobody here wrote, against {@code target/tpp.jar}, or TPP within the test if it needs more of it.
 *
 * <p>They are tagged {@code conformance} and run with {@code mvn -Pconformance verify}. Each fetches what it needs out of
 * npm, PyPI or Maven Central, into {@code target/conformance}, or fails with a line that says which program to install.
 * What needs nothing of that is untagged and runs with the other tests.
 */
@NullMarked
package io.tpp.conformance;

import org.jspecify.annotations.NullMarked;
