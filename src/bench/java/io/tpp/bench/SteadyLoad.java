package io.tpp.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Load at a fixed rate, evenly spread, whether the answers come soon or late: an answer's time counts from when its request
 * was due, if the one before it was late.
 *
 * <p>No tool of Debian does that: wrk has no rate, and h2load sends on all connections at the same instant.
 */
final class SteadyLoad {
    private static final String REQUEST = "GET " + Upstream.SMALL + " HTTP/1.1\r\nHost: bench\r\n\r\n";

    private final int port;
    private final long periodNanos;
    private final long until;

    private SteadyLoad(int port, long periodNanos, long until) {
        this.port = port;
        this.periodNanos = periodNanos;
        this.until = until;
    }

    /** Returns how long each answer took, in microseconds. */
    static Figures run(Server server, int connections, int rate, Duration duration) throws Exception {
        long began = System.nanoTime();
        long period = TimeUnit.SECONDS.toNanos(connections) / rate;
        SteadyLoad load = new SteadyLoad(server.port(), period, began + duration.toNanos());
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            List<Future<List<Double>>> parts = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                long first = began + period + period * i / connections;
                parts.add(threads.submit(() -> load.connection(first)));
            }
            List<Double> all = new ArrayList<>();
            for (Future<List<Double>> part : parts) {
                all.addAll(part.get(duration.toSeconds() + 60, TimeUnit.SECONDS));
            }
            return new Figures(all);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Double> connection(long first) throws IOException {
        List<Double> times = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (BodyStream connection = new BodyStream(SocketChannel.open(address))) {
            for (long due = first; due - until < 0; due += periodNanos) {
                long late = System.nanoTime() - due;
                awaitTime(due);
                long began = late > 0 ? due : System.nanoTime();
                connection.write(REQUEST);
                connection.readSuccess();
                times.add((System.nanoTime() - began) / 1e3);
            }
        }
        return times;
    }

    private static void awaitTime(long due) {
        long left;
        while ((left = due - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
        }
    }
}
