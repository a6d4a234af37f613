package io.tpp.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.testing.ChildProcess;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An nginx that writes down each request as it parsed it, and hands the body to {@code /sink} of a simulator; logins go to
 * that as they are. Its answers bear {@code X-Parsed}, which says to which request they belong.
 *
 * <p>Used by one thread.
 */
final class Nginx implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** It tries to understand all it gets: what is odd shall be noticed by TPP. */
    private static final String CONFIG = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr crit;
            events {}
            http {
              log_format parsed escape=json '{"request":"$request","method":"$request_method","target":"$request_uri",'
                '"kept":"$http_x_kept","status":"$status","upstream":"$upstream_addr"}';
              access_log parsed.log parsed;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              ignore_invalid_headers off;
              underscores_in_headers on;
              merge_slashes off;
              client_max_body_size 0;
              server {
                listen 127.0.0.1:%1$d;
                add_header X-Parsed "$request|$http_x_kept" always;
                location / {
                  rewrite ^ /sink? break;
                  proxy_pass http://127.0.0.1:%2$d;
                }
                location = /api/login {
                  access_log off;
                  proxy_pass http://127.0.0.1:%2$d;
                }
                location = /nginx-status {
                  access_log off;
                  stub_status;
                }
              }
            }
            """;

    private final ChildProcess process;
    private final int port;
    private final Path log;
    private int taken;

    /**
     * A request that it parsed, or tried to.
     *
     * @param line the request line
     * @param kept the value of {@code X-Kept}; empty: there was none
     * @param status what it answered
     * @param toUpstream whether it found a whole request and passed it on
     */
    record Parsed(String line, String method, String target, String kept, int status, boolean toUpstream) {
        /** Returns what the answer's {@code X-Parsed} says. */
        String mark() {
            return line + "|" + kept;
        }
    }

    /** As the log has it. */
    private record Row(
            String request,
            String method,
            String target,
            String kept,
            String status,
            @Nullable String upstream) {
        private Parsed parsed() {
            boolean passed = upstream != null && !upstream.isEmpty();
            return new Parsed(request, method, target, kept, Integer.parseInt(status), passed);
        }
    }

    private Nginx(ChildProcess process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it in front of a simulator that listens on that port. */
    static Nginx inFrontOf(int simulatorPort) throws IOException {
        Path program = program();
        Path folder = Files.createTempDirectory(Packages.folder("nginx"), "run");
        int port = Programs.freePort();
        Path config = Files.writeString(folder.resolve("nginx.conf"), CONFIG.formatted(port, simulatorPort));
        ChildProcess process = Command.of(program, "-e", "stderr", "-p", folder + "/", "-c", config)
                .start();
        Nginx nginx = new Nginx(process, port, folder.resolve("parsed.log"));
        nginx.awaitStart();
        return nginx;
    }

    private static Path program() {
        Path forRoot = Path.of("/usr/sbin/nginx"); // which is not on the path of every user
        return Files.isExecutable(forRoot) ? forRoot : Programs.find("nginx", "apt-get install nginx-light");
    }

    private void awaitStart() {
        try {
            await().atMost(LIMIT).ignoreExceptions().until(this::isQuiet);
        } catch (RuntimeException e) {
            process.close();
            throw new AssertionError("nginx did not start: " + process.everything(), e);
        }
    }

    int port() {
        return port;
    }

    /** Waits until it is done with all that came, and returns what it parsed since the last call, the earliest first. */
    List<Parsed> take() throws IOException {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(this::isQuiet);
        List<String> rows = Files.readAllLines(log, ISO_8859_1);
        List<Parsed> parsed = new ArrayList<>();
        for (String row : rows.subList(taken, rows.size())) {
            parsed.add(JSON.readValue(row, Row.class).parsed());
        }
        taken = rows.size();
        return parsed;
    }

    /** Returns whether the request for its status is the only one it has. */
    private boolean isQuiet() {
        try (RawClient client = RawClient.connect(port)) {
            return client.send("GET /nginx-status HTTP/1.0\r\n\r\n").readRest().contains("Reading: 0 Writing: 1 ");
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
