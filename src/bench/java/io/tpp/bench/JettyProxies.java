package io.tpp.bench;

import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import java.io.IOException;

/** The proxies that Jetty brings, as they are, each in a Java machine with its own defaults for one core. */
final class JettyProxies {
    private JettyProxies() {}

    static Server stockServlet(Settings settings, int upstream) throws IOException {
        return start(settings, "AsyncMiddleManServlet", StockServlet.class, upstream);
    }

    static Server coreHandler(Settings settings, int upstream) throws IOException {
        return start(settings, "ProxyHandler", CoreProxy.class, upstream);
    }

    private static Server start(Settings settings, String name, Class<?> main, int upstream) throws IOException {
        int port = Programs.freePort();
        Command command = Command.of(
                settings.java("java"),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx512m",
                Cores.ONE,
                main.getName(),
                port,
                upstream);
        return Server.started(name, command.start(), port, Upstream.SMALL);
    }
}
