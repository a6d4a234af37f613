package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.config.RequestLogTarget;
import io.tpp.config.TppConfig.LogFormat;
import io.tpp.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes out at standard output; the loggers are the process's own. */
@Isolated("changes System.out and the loggers")
class LoggingTest {
    private final PrintStream realOut = System.out;
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

    LoggingTest() {
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() throws JoranException {
        System.setOut(realOut);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        new ContextInitializer(context).autoConfig();
    }

    private List<String> lines() {
        return captured.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void logAtAllLevels(String name) {
        Logger logger = LoggerFactory.getLogger(name);
        logger.error("e");
        logger.warn("w");
        logger.info("i");
        logger.debug("d");
        logger.trace("t");
    }

    /** Returns the messages printed, one letter each. */
    private String printed(String filter, String logger) {
        Logging.configure(filter, LogFormat.TEXT, RequestLogTarget.NONE);
        captured.reset();
        logAtAllLevels(logger);
        return String.join(
                "",
                lines().stream().map(line -> line.substring(line.length() - 1)).toList());
    }

    @Test
    void aLineHasTimeLevelThreadLoggerAndMessage() {
        Logging.configure("info", LogFormat.TEXT, RequestLogTarget.NONE);
        LoggerFactory.getLogger("io.tpp.pool.TokenPool").info("the pool has {} tokens", 5);

        assertThat(lines()).singleElement().asString().satisfies(line -> {
            String[] parts = line.split(" ", 2);
            assertThat(parts[0]).matches(".*\\.\\d{3}([+-]\\d\\d:\\d\\d|Z)");
            assertThat(Duration.between(OffsetDateTime.parse(parts[0]).toInstant(), Instant.now()))
                    .isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(1));
            assertThat(parts[1])
                    .isEqualTo("INFO  [" + Thread.currentThread().getName() + "] TokenPool the pool has 5 tokens");
        });
    }

    /** As of Jetty 12.1: at each request with such a Host, and at each with two of them. */
    @Test
    void whatAClientCanCauseAtEachRequestIsLoggedOnlyIfAskedFor() {
        for (String logger : List.of("org.eclipse.jetty.util.HostPort", "org.eclipse.jetty.http.HttpParser")) {
            assertThat(printed("info", logger)).isEqualTo("e");
            assertThat(printed("debug", logger)).isEqualTo("e");
            assertThat(printed("warn,tpp=debug", logger)).isEqualTo("e");
            assertThat(printed("off", logger)).isEmpty();
            assertThat(printed("info,org.eclipse.jetty=warn", logger)).isEqualTo("ew");
            assertThat(printed("info," + logger + "=debug", logger)).isEqualTo("ewid");
        }
        assertThat(printed("info", "org.eclipse.jetty.server.Server")).isEqualTo("ew");
    }

    @Test
    void aLineBreakInAMessageDoesNotMakeALine() {
        Logging.configure("info", LogFormat.TEXT, RequestLogTarget.NONE);
        LoggerFactory.getLogger("io.tpp.X").info("a\r\n2026-01-01T00:00:00.000Z INFO  [main] X forged\nb");

        assertThat(lines()).singleElement().asString().endsWith("X a 2026-01-01T00:00:00.000Z INFO  [main] X forged b");
    }

    @Test
    void aStackTraceFollowsItsLine() {
        Logging.configure("info", LogFormat.TEXT, RequestLogTarget.NONE);
        LoggerFactory.getLogger("io.tpp.X").error("failed", new IllegalStateException("why"));

        assertThat(lines().get(1)).isEqualTo("java.lang.IllegalStateException: why");
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        Logging.configure("info", LogFormat.JSON, RequestLogTarget.NONE);
        LoggerFactory.getLogger("io.tpp.X").warn("a \"{}\"\n", "b", new IllegalStateException("why"));

        assertThat(lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(lines().get(0));
        assertThat(json.path("level").asText()).isEqualTo("WARN");
        assertThat(json.path("loggerName").asText()).isEqualTo("io.tpp.X");
        assertThat(json.path("threadName").asText())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(json.path("formattedMessage").asText()).isEqualTo("a \"b\"\n");
        assertThat(json.path("throwable").path("message").asText()).isEqualTo("why");
        assertThat(json.path("timestamp").asLong()).isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
    }

    @Test
    void theFilterSaysWhatIsPrinted() {
        assertThat(printed("info", "io.tpp.pool.X")).isEqualTo("ewi");
        assertThat(printed("off", "io.tpp.pool.X")).isEmpty();
        assertThat(printed("trace", "com.example.X")).isEqualTo("ewidt");
        assertThat(printed("warn,tpp=debug", "io.tpp.pool.X")).isEqualTo("ewid");
        assertThat(printed("warn,tpp=debug", "com.example.X")).isEqualTo("ew");
        assertThat(printed("warn,tpp=debug,tpp::pool=off", "io.tpp.pool.X")).isEmpty();
    }

    @Test
    void jettyStaysAtWarnUnlessItIsNamed() {
        String logger = "org.eclipse.jetty.http.HttpGenerator";
        assertThat(printed("info", logger)).isEqualTo("ew");
        assertThat(printed("trace", logger)).isEqualTo("ew");
        assertThat(printed("info,org=trace", logger)).isEqualTo("ew");
        assertThat(printed("info,org.eclipse=debug", logger)).isEqualTo("ew");
        assertThat(printed("error", logger)).isEqualTo("e");
        assertThat(printed("debug,org.eclipse=warn", logger)).isEqualTo("ew");
        assertThat(printed("warn,org.eclipse.jetty=info", logger)).isEqualTo("ewi");
        assertThat(printed("info,org.eclipse.jetty=debug", logger)).isEqualTo("ewid");
        assertThat(printed("info,org.eclipse.jetty.http=debug", logger)).isEqualTo("ewid");
        assertThat(printed("info,org.eclipse.jetty.http=debug", "org.eclipse.jetty.io.X"))
                .isEqualTo("ew");
    }

    @Test
    void theAgentStaysAtWarnUnlessItIsNamed() {
        String logger = "io.opentelemetry.sdk.X";
        assertThat(printed("trace", logger)).isEqualTo("e");
        assertThat(printed("info,io.opentelemetry=debug", "io.opentelemetry.sdk.Y"))
                .isEqualTo("e");
    }

    @Test
    void secretsAreMaskedInMessagesAndExceptions() {
        Logging.configure("info,org.eclipse.jetty=trace", LogFormat.TEXT, RequestLogTarget.NONE);
        Secret password = Secret.guarded("hunter-2-hunter");
        LoggerFactory.getLogger("org.eclipse.jetty.http.HttpParser")
                .debug(
                        "sent {}",
                        password.reveal(),
                        new IllegalStateException("a", new IOException("Authorization: Bearer abcdef0123456789")));

        assertThat(lines().get(0)).endsWith("HttpParser sent ****");
        assertThat(captured.toString(StandardCharsets.UTF_8))
                .contains("IllegalStateException: a", "IOException: Authorization: ****")
                .doesNotContain("hunter-2", "abcdef");
    }

    @Test
    void configuringAgainReplacesWhatWasSet() {
        Logging.configure("trace,com.example=trace", LogFormat.JSON, RequestLogTarget.NONE);
        assertThat(printed("warn", "com.example.X")).isEqualTo("ew");
    }
}
