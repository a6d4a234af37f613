package io.tpp.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast large bodies come through, one after the other on one connection. */
final class BodiesRow {
    private static final Settings.Row ROW = Settings.Row.BODIES;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final int TOKENS = 10;

    /** A body to move. */
    private record Body(String name, boolean up, long length) {}

    private static final List<Body> BODIES = List.of(
            new Body("1 MiB down", false, MIB),
            new Body("1 MiB up", true, MIB),
            new Body("1 GiB down", false, GIB),
            new Body("1 GiB up", true, GIB));

    private final Settings settings;
    private final Report report;

    BodiesRow(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    void run() throws Exception {
        try (BodyServer upstream = BodyServer.start();
                Server nginx = NativeProxies.nginx(settings, upstream.port());
                Server haproxy = NativeProxies.haproxy(settings, upstream.port());
                Server core = JettyProxies.coreHandler(settings, upstream.port());
                TokenProxy tpp = TokenProxy.start(
                        settings,
                        TokenProxy.Java.IMAGE.label(),
                        TokenProxy.Java.IMAGE,
                        upstream.port(),
                        TOKENS,
                        Map.of())) {
            for (Server server : List.of(core, tpp.server())) {
                warm(server);
            }
            List<Server> servers = List.of(nginx, haproxy, core, tpp.server());
            for (Server server : servers) {
                server.confine(Cores.ofProxy());
            }
            for (int round = 0; round < settings.rounds(); round++) {
                measure(servers);
            }
        }
        BODIES.forEach(this::summarize);
    }

    /** Lets the compiler of a Java machine do its work, on all cores. */
    private void warm(Server server) throws IOException, InterruptedException {
        server.confine(Cores.all());
        long end = System.nanoTime() + settings.warm().toNanos();
        while (System.nanoTime() < end) {
            for (Body body : BODIES) {
                move(server.port(), body, times(body));
            }
        }
    }

    private static long times(Body body) {
        return body.length() >= GIB ? 1 : GIB / body.length() / 2;
    }

    private void measure(List<Server> servers) throws IOException {
        for (Body body : BODIES) {
            for (Server server : servers) {
                measure(server, body);
            }
        }
    }

    private void measure(Server server, Body body) throws IOException {
        long times = times(body);
        double usedBefore = ProcessStat.processorSeconds(server.pid());
        long began = System.nanoTime();
        move(server.port(), body, times);
        double seconds = (System.nanoTime() - began) / 1e9;
        double used = ProcessStat.processorSeconds(server.pid()) - usedBefore;
        double mebibytes = (double) times * body.length() / MIB;
        report.raw(ROW, server.name(), throughput(body), mebibytes / seconds);
        report.raw(ROW, server.name(), body.name() + ", µs of processor a MiB", used * 1e6 / mebibytes);
    }

    private static String throughput(Body body) {
        return body.name() + ", MiB a second";
    }

    private static void move(int port, Body body, long times) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (BodyStream proxy = new BodyStream(SocketChannel.open(address))) {
            for (long i = 0; i < times; i++) {
                move(proxy, body);
            }
        }
    }

    private static void move(BodyStream proxy, Body body) throws IOException {
        if (body.up()) {
            proxy.write("POST /up HTTP/1.1\r\nHost: bench\r\nContent-Length: " + body.length() + "\r\n\r\n");
            proxy.writeBody(body.length());
        } else {
            proxy.write("GET /down/" + body.length() + " HTTP/1.1\r\nHost: bench\r\n\r\n");
        }
        proxy.readSuccess();
    }

    private void summarize(Body body) {
        String tpp = TokenProxy.Java.IMAGE.label();
        report.line(
                ROW,
                "%s, throughput, TPP ÷ HAProxy".formatted(body.name()),
                report.ratio(ROW, throughput(body), tpp, "HAProxy").text(2)
                        + String.format(
                                Locale.ROOT,
                                "; %.0f MiB a second",
                                report.figures(ROW, tpp, throughput(body)).median()),
                "≥ 0.7");
    }
}
