package io.tpp.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container's health check against real sockets. */
class HealthcheckTest {
    private final CliFixture cli = new CliFixture();
    private final Path folder;

    HealthcheckTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Starts a server that gives one answer to everything but /healthz 404. */
    private static HttpServer server(int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/healthz") ? status : 404, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private String configFile(String healthListen) throws IOException {
        // The rest of it is wrong, which must not matter here.
        String yaml = "health_listen: \"" + healthListen + "\"\ncredentials_file: /missing\nunknown: 5\n";
        return Files.writeString(folder.resolve("config.yaml"), yaml).toString();
    }

    @Test
    void aHealthyServerIsZeroAndAnotherOne() throws IOException {
        for (int status : List.of(200, 503, 404, 302)) {
            HttpServer server = server(status);
            int port = server.getAddress().getPort();
            try {
                int exitCode = cli.execute("healthcheck", "--config", configFile("127.0.0.1:" + port));

                assertThat(exitCode).isEqualTo(status == 200 ? 0 : 1);
                assertThat(cli.out.toString().strip())
                        .isEqualTo(
                                status == 200
                                        ? "healthy"
                                        : "unhealthy: http://127.0.0.1:" + port + "/healthz answered " + status);
                assertThat(cli.err.toString()).isEmpty();
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void aWildcardAddressIsAskedOnTheLoopback() throws IOException {
        HttpServer server = server(200);
        try {
            int port = server.getAddress().getPort();
            for (String host : List.of("0.0.0.0", "[::]", "[0:0:0:0:0:0:0:0]", "localhost")) {
                assertThat(cli.execute("healthcheck", "-c", configFile(host + ":" + port)))
                        .as(host)
                        .isZero();
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theVariableWinsAsItDoesForTheRunningTpp() throws IOException {
        HttpServer server = server(200);
        try {
            cli.environment.put(
                    "TPP_HEALTH_LISTEN", "127.0.0.1:" + server.getAddress().getPort());
            assertThat(cli.execute("healthcheck")).isZero();
            assertThat(cli.execute("healthcheck", "-c", configFile("127.0.0.1:1")))
                    .isZero();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void nobodyThereIsOneLine() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        cli.environment.put("TPP_HEALTH_LISTEN", "127.0.0.1:" + port);
        assertThat(cli.execute("healthcheck")).isEqualTo(1);
        assertThat(cli.out.toString().strip())
                .isEqualTo("unhealthy: cannot reach http://127.0.0.1:" + port
                        + "/healthz (connection refused); is TPP running?");
    }

    @Test
    void aHostThatDoesNotExistIsOneLine() {
        cli.environment.put("TPP_HEALTH_LISTEN", "tpp.invalid:1");
        assertThat(cli.execute("healthcheck")).isEqualTo(1);
        assertThat(cli.out.toString().strip())
                .isEqualTo("unhealthy: cannot reach http://tpp.invalid:1/healthz (unknown host); is TPP running?");
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenTwoSeconds() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            cli.environment.put("TPP_HEALTH_LISTEN", "127.0.0.1:" + socket.getLocalPort());
            long start = System.nanoTime();
            assertThat(cli.execute("healthcheck")).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(8));
            assertThat(cli.out.toString().strip()).endsWith("/healthz did not answer within 2 s");
        }
    }

    @Test
    void whatIsWrongIsNeverMoreThanOne() throws IOException {
        assertThat(cli.execute("healthcheck", "-c", folder.resolve("missing").toString()))
                .isEqualTo(1);
        assertThat(cli.err.toString()).contains("missing: cannot be read: no such file");
        assertThat(cli.execute("healthcheck", "-c", configFile("nonsense"))).isEqualTo(1);
        assertThat(cli.err.toString()).contains("config.yaml:1: health_listen must be host:port");
        assertThat(cli.execute("healthcheck", "--nonsense")).isEqualTo(1);
        assertThat(cli.execute("healthcheck", "-c", configFile("127.0.0.1:0"))).isEqualTo(1);
    }

    @Test
    void checksLoadNeitherJettyNorLogback() throws Exception {
        HttpServer server = server(200);
        try {
            String file = configFile("127.0.0.1:" + server.getAddress().getPort());
            assertThat(loadedClasses("healthcheck", "-c", file)).contains("io.tpp.cli.HealthProbe");
            assertThat(loadedClasses("check", "-c", "config.yaml")).contains("io.tpp.config.ConfigLoader");
        } finally {
            server.stop(0);
        }
    }

    private String loadedClasses(String... args) throws Exception {
        Path log = folder.resolve("classes.log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                CliMain.class.getName());
        builder.command().addAll(List.of(args));
        builder.environment().keySet().removeIf(name -> name.startsWith("TPP_"));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.log").toFile())
                .start();
        try {
            assertThat(process.waitFor(30, SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("out.log")))
                .isZero();
        String classes = Files.readString(log);
        assertThat(classes).doesNotContain("org.eclipse.jetty.", "ch.qos.logback.", "org.slf4j.");
        return classes;
    }
}
