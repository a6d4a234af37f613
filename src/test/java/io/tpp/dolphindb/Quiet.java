package io.tpp.dolphindb;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps Jetty's lines, which at DEBUG hold whole requests, out of the tests' output. */
final class Quiet {
    private Quiet() {}

    static void jetty() {
        ((Logger) LoggerFactory.getLogger("org.eclipse.jetty")).setLevel(Level.WARN);
    }
}
