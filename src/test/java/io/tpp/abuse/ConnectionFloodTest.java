package io.tpp.abuse;

import static io.tpp.testing.RawHttp2.PREFACE;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many connections that have nothing to say, or never finish it. */
@Timeout(300)
class ConnectionFloodTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What it takes to hold one, with the client's end and a buffer for what has been read; in bytes. */
    private static final long CONNECTION_LIMIT = 40_000;

    private static final List<String> OPENINGS = List.of(
            "",
            "G",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nHost: tpp\r\nX-Endless: " + "x".repeat(500),
            "\r\n\r\n",
            "\u0016\u0003\u0001\u0001\u00f4\u0001",
            PREFACE.substring(0, 10),
            PREFACE,
            PREFACE + frame(SETTINGS, 0, 0, "").substring(0, 5),
            PREFACE + frame(SETTINGS, 0, 0, ""));

    @Test
    void theyTakeNoTokenAndAreClosed() throws Exception {
        flood(800);
    }

    @Test
    @Tag("soak")
    void soAreThousands() throws Exception {
        flood(7_000);
    }

    private static void flood(int count) throws Exception {
        try (Siege siege =
                        Siege.start("TPP_CLIENT_HEADER_TIMEOUT_SECONDS", "2", "TPP_CLIENT_IDLE_TIMEOUT_SECONDS", "3");
                Flood flood = Flood.from(2, siege.rig().port())) {
            flood.connect(count, OPENINGS);
            siege.bystander().awaitServed();
            assertThat(siege.grown() / count).as("bytes a connection").isLessThan(CONNECTION_LIMIT);
            assertThat(siege.leased()).isNotPositive();
            await().atMost(LIMIT).until(() -> siege.connections() <= 2);
            siege.bystander().awaitServed();
            await().atMost(LIMIT).until(() -> flood.open() == 0);
        }
    }

    @Test
    void ofOneAddressOnlyAsManyAsAllowedStayOpenAndOthersHaveTheirs() throws Exception {
        int allowed = 20;
        try (Siege siege = Siege.start("TPP_ACCESS_MAX_CONNECTIONS_PER_CLIENT", String.valueOf(allowed));
                Flood flood = Flood.from(2, siege.rig().port())) {
            flood.connect(800, List.of("", "GET / HTTP/1.1\r\n"));
            await().atMost(LIMIT).until(() -> flood.open() == allowed);
            siege.bystander().awaitServed();
            // The bystander has one or two; those that were closed are counted a moment longer.
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(siege.connections()).isBetween(1.0 + allowed, 2.0 + allowed));
            flood.hangUp();
            await().atMost(LIMIT).until(() -> siege.connections() <= 2);
            flood.connect(allowed, List.of("GET /echo HTTP/1.1\r\nHost: tpp\r\n"));
            siege.bystander().awaitServed();
            assertThat(flood.open()).as("whose places are free again").isEqualTo(allowed);
        }
    }

    @Test
    void strangersAreClosedWithoutAByteHoweverManyTheyAre() throws Exception {
        try (Siege siege = Siege.start("TPP_ACCESS_ALLOW", "127.0.0.1");
                Flood flood = Flood.from(2, siege.rig().port())) {
            for (int i = 0; i < 5; i++) {
                flood.connect(400, List.of("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n"));
                await().atMost(LIMIT).until(() -> flood.open() == 0);
            }
            assertThat(flood.received()).isZero();
        }
    }
}
