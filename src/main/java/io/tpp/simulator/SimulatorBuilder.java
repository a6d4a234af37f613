package io.tpp.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** What of a {@link DolphinDbSimulator} is fixed before its start. */
public final class SimulatorBuilder {
    private Quirks quirks = Quirks.documented();
    private int port;
    private int statsPort = -1;
    private ServerSocketFactory sockets = ServerSocketFactory.getDefault();
    private LongSupplier nanoTime = System::nanoTime;

    SimulatorBuilder() {}

    public SimulatorBuilder quirks(Quirks newQuirks) {
        quirks = newQuirks;
        return this;
    }

    /** Sets the port; 0, the default, lets the system choose. */
    public SimulatorBuilder port(int newPort) {
        port = newPort;
        return this;
    }

    /** Serves {@code GET /sim/stats} on this port; 0 lets the system choose. */
    public SimulatorBuilder statsPort(int newPort) {
        statsPort = newPort;
        return this;
    }

    /** Serves TLS, as with {@code enableHTTPS=true}. */
    public SimulatorBuilder tls(SSLContext context) {
        sockets = context.getServerSocketFactory();
        return this;
    }

    /** Sets the clock of token lifetimes and lock-outs. */
    public SimulatorBuilder nanoTime(LongSupplier clock) {
        nanoTime = clock;
        return this;
    }

    Quirks quirks() {
        return quirks;
    }

    int port() {
        return port;
    }

    /** Returns the port of the statistics; -1: none. */
    int statsPort() {
        return statsPort;
    }

    ServerSocketFactory sockets() {
        return sockets;
    }

    LongSupplier nanoTime() {
        return nanoTime;
    }

    /**
     * Starts it.
     *
     * @throws UncheckedIOException if the port is not free
     */
    public DolphinDbSimulator start() {
        try {
            return new DolphinDbSimulator(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
