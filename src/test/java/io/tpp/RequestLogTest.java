package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.access.ApiKey;
import io.tpp.config.RequestLogTarget;
import io.tpp.config.TppConfig.LogFormat;
import io.tpp.telemetry.Logging;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** One line for each request, whatever became of it. */
@Isolated("changes the loggers")
@Timeout(60)
class RequestLogTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SECRET = "s3cret-of-client";

    private Path file;
    private ScriptedUpstream upstream;

    @SuppressWarnings("NullAway.Init") // By each test.
    private TppServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        file = folder.resolve("requests.log");
        upstream = ScriptedUpstream.start(ok("fine"));
    }

    private void start(LogFormat format, String... further) throws Exception {
        Logging.configure("off", format, new RequestLogTarget(true, file));
        String[] settings = {
            "TPP_CREDENTIALS_0_USERNAME",
            "alice",
            "TPP_CREDENTIALS_0_PASSWORD",
            "alices-password",
            "TPP_TELEMETRY_LOG_FORMAT",
            format == LogFormat.JSON ? "json" : "text",
            "TPP_TELEMETRY_REQUEST_LOG",
            file.toString()
        };
        server = Rig.newServer(
                upstream.port(),
                1,
                Stream.of(settings, further).flatMap(Stream::of).toArray(String[]::new));
        server.start();
        await().atMost(LIMIT).until(() -> server.tpp().snapshot().available() == 1);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
        upstream.close();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private List<String> lines(int count) throws IOException {
        await().atMost(LIMIT).until(() -> readLines().size() >= count);
        return readLines();
    }

    private List<String> readLines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static String get(String target, String... lines) {
        return "GET " + target + " HTTP/1.1\r\nHost: tpp\r\nAuthorization: Bearer " + SECRET + "\r\n"
                + String.join("", lines) + "\r\n";
    }

    @Test
    void aLineIsInTheCombinedFormatWithTheTokensNumberAndTimes() throws Exception {
        start(LogFormat.TEXT);
        try (RawClient client = RawClient.connect(server.clientPort())) {
            client.send(get(
                            "/api/execute?script=" + SECRET,
                            "User-Agent: curl/8 \"x\"\r\n",
                            "Referer: http://a/b?c=" + SECRET + "\r\n"))
                    .read();
            assertThat(lines(1))
                    .singleElement()
                    .asString()
                    .matches("127\\.0\\.0\\.1 - - \\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000] "
                            + "\"GET /api/execute HTTP/1\\.1\" 200 4 \"http://a/b\" \"curl/8 \\\\x22x\\\\x22\" "
                            + "token=1 wait=0\\.000 upstream=\\d+\\.\\d{3} total=\\d+\\.\\d{3}");
        }
    }

    @Test
    void whatTppAnswersItselfIsLoggedToo() throws Exception {
        start(LogFormat.TEXT);
        try (RawClient client = RawClient.connect(server.clientPort())) {
            client.send(get("/api/login")).read();
        }
        assertThat(lines(1).get(0)).contains("\"GET /api/login HTTP/1.1\" 403 ").contains(" token=- ", "upstream=- ");
        try (RawClient client = RawClient.connect(server.clientPort())) {
            client.send("nonsense\r\n\r\n").readRest();
        }
        assertThat(lines(2).get(1)).contains("\" 400 ").contains(" token=- ");
    }

    @Test
    void soAreRefusalsOfAClientWhoseNameIsKnown() throws Exception {
        ApiKey key = ApiKey.create(new SecureRandom());
        Path keys = Files.writeString(file.resolveSibling("keys"), key.line("etl") + "\n");
        start(
                LogFormat.TEXT,
                "TPP_ACCESS_API_KEYS_FILE",
                keys.toString(),
                "TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT",
                "1",
                "TPP_ACCESS_DENIED_PATHS",
                "/mcp");
        String given = "X-API-Key: " + key.text().reveal() + "\r\n";
        try (RawClient client = RawClient.connect(server.clientPort());
                RawClient another = RawClient.connect(server.clientPort())) {
            assertThat(client.send(get("/mcp", given)).read().status()).isEqualTo(403);
            lines(1);
            assertThat(another.send(get("/a", given)).read().status()).isEqualTo(429);
            lines(2);
            assertThat(client.send(get("/a", "X-API-Key: unknown\r\n")).read().status())
                    .isEqualTo(401);
        }
        assertThat(lines(3))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("127.0.0.1 - etl [").contains(" 403 "),
                        line -> assertThat(line).startsWith("127.0.0.1 - etl [").contains(" 429 "),
                        line -> assertThat(line).startsWith("127.0.0.1 - etl [").contains(" 401 "))
                .noneMatch(line -> line.contains("unknown"));
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void theUserIsTheClientsNameButNeverItsKey(LogFormat format) throws Exception {
        ApiKey key = ApiKey.create(new SecureRandom());
        Path keys = Files.writeString(file.resolveSibling("keys"), key.line("etl") + "\n");
        start(format, "TPP_ACCESS_API_KEYS_FILE", keys.toString());
        try (RawClient client = RawClient.connect(server.clientPort());
                RawClient stranger = RawClient.connect(server.clientPort())) {
            client.send(get("/a", "X-API-Key: " + key.text().reveal() + "\r\n")).read();
            lines(1);
            stranger.send(get("/b")).read();
        }
        if (format == LogFormat.TEXT) {
            assertThat(lines(2).get(0)).startsWith("127.0.0.1 - etl [");
            assertThat(readLines().get(1)).startsWith("127.0.0.1 - - [").contains(" 401 ");
        } else {
            assertThat(lines(2).get(0)).contains("\"user\":\"etl\"");
            assertThat(readLines().get(1)).contains("\"user\":\"-\"");
        }
        assertThat(String.join("\n", readLines())).doesNotContain(key.text().reveal(), SECRET);
    }

    @Test
    void aClientThatLeavesIs499() throws Exception {
        start(LogFormat.TEXT);
        CountDownLatch came = new CountDownLatch(1);
        upstream.script(connection -> came.countDown());
        try (RawClient client = RawClient.connect(server.clientPort())) {
            client.send(get("/slow"));
            came.await();
        }
        assertThat(lines(1).get(0)).contains("\"GET /slow HTTP/1.1\" 499 ");
    }

    @Test
    void aWaitIsTold() throws Exception {
        start(LogFormat.JSON);
        try (RawClient waiter = RawClient.connect(server.clientPort())) {
            try (RawClient holder = RawClient.connect(server.clientPort())) {
                holder.send(get("/r1")).read();
                waiter.send(get("/r2"));
                await().atMost(LIMIT).until(() -> server.tpp().snapshot().waiting() == 1);
            }
            waiter.read();
            String line = lines(2).get(1);
            JsonNode second = new ObjectMapper().readTree(line);
            assertThat(second.path("path").asText()).isEqualTo("/r2");
            assertThat(second.path("status").asInt()).isEqualTo(200);
            assertThat(second.path("token").asInt()).isEqualTo(1);
            assertThat(second.path("wait_seconds").asDouble()).as(line).isPositive();
            assertThat(second.path("upstream_seconds").asDouble()).as(line).isPositive();
            assertThat(second.path("total_seconds").asDouble())
                    .as(line)
                    .isGreaterThan(second.path("wait_seconds").asDouble());
            assertThat(second.path("user").asText()).isEqualTo("-");
        }
        assertThat(String.join("\n", readLines())).doesNotContain(SECRET);
    }
}
