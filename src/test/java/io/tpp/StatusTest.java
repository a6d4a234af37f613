package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.pool.PoolSnapshot;
import io.tpp.simulator.Quirks;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The status page and its data over HTTP; in a browser: {@link StatusPageTest}. */
class StatusTest {
    private static JsonNode status(Rig rig, String query) throws Exception {
        HttpResponse<String> answer = rig.health("/status.json" + query);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    private static void assertPool(JsonNode status, PoolSnapshot expected) {
        JsonNode pool = status.get("pool");
        assertThat(pool.get("size").asInt()).isEqualTo(expected.size());
        assertThat(pool.get("total").asInt()).isEqualTo(expected.total());
        assertThat(pool.get("in_use").asInt()).isEqualTo(expected.inUse());
        assertThat(pool.get("available").asInt()).isEqualTo(expected.available());
        assertThat(pool.get("waiting").asInt()).isEqualTo(expected.waiting());
        assertThat(Stream.of("in_use", "available", "suspect", "logging_in", "refused", "expired", "vacant")
                        .mapToInt(state -> pool.get(state).asInt())
                        .sum())
                .isEqualTo(expected.size());
    }

    /** Sends one request; every other line of it is the test's. */
    private static Response get(Rig rig, String path, String... headerLines) {
        try (RawClient client = RawClient.connect(rig.healthPort())) {
            return client.send("GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headerLines) + "\r\n\r\n")
                    .read();
        }
    }

    @Test
    void theDataAreThePools() throws Exception {
        try (Rig rig = Rig.start(2)) {
            rig.simulator.hold();
            RawClient holder = rig.connect().sendScript("1");
            RawClient other = rig.connect().sendScript("2");
            rig.awaitPool(pool -> pool.inUse() == 2);
            RawClient waiter = rig.connect().sendScript("3");
            rig.awaitWaiting(1);

            JsonNode status = status(rig, "?connections_sort=-waiting");
            assertThat(status.get("status").asText()).isEqualTo("degraded");
            assertPool(status, rig.pool());
            JsonNode connections = status.get("connections");
            assertThat(connections.get("total").asInt()).isEqualTo(3);
            JsonNode first = connections.get("rows").get(0);
            assertThat(first.get("address").asText()).isEqualTo("127.0.0.1:" + waiter.localPort());
            assertThat(first.get("waiting_seconds").isNumber()).isTrue();
            assertThat(first.get("token").isNull()).isTrue();
            List.of(holder, other, waiter).forEach(RawClient::hangUp);
            rig.simulator.release();
        }
    }

    @Test
    void aTokensHolderIsItsConnection() throws Exception {
        try (Rig rig = Rig.start(2);
                RawClient client = rig.connect()) {
            int number = client.tokenNumber();
            client.tokenNumber();

            JsonNode status = status(rig, "");
            JsonNode connection = status.get("connections").get("rows").get(0);
            assertThat(connection.get("address").asText()).isEqualTo("127.0.0.1:" + client.localPort());
            assertThat(connection.get("token").asInt()).isEqualTo(number);
            assertThat(connection.get("protocol").asText()).isEqualTo("HTTP/1.1");
            assertThat(connection.get("requests").asInt()).isEqualTo(2);
            assertThat(connection.get("bytes_in").asLong()).isPositive();
            assertThat(connection.get("bytes_out").asLong()).isPositive();
            JsonNode token = status.get("tokens").get("rows").get(number - 1);
            assertThat(token.get("connection").asLong())
                    .isEqualTo(connection.get("number").asLong());
            assertThat(token.get("state").asText()).isEqualTo("in_use");
            assertThat(token.get("requests").asInt()).isEqualTo(2);
        }
    }

    @Test
    void aLeaseForOneRequestStillTellsItsConnection() throws Exception {
        try (Rig rig = Rig.start(1, "TPP_TOKEN_BINDING", "request")) {
            rig.simulator.hold();
            RawClient client = rig.connect().sendScript("1");
            rig.awaitPool(pool -> pool.inUse() == 1);

            JsonNode status = status(rig, "");
            JsonNode connection = status.get("connections").get("rows").get(0);
            assertThat(connection.get("token").asInt()).isEqualTo(1);
            assertThat(connection.get("idle_seconds").isNull()).isTrue();
            rig.simulator.release();
            client.read();
            client.hangUp();
        }
    }

    @Test
    void noTokenAndNoPasswordIsInIt() throws Exception {
        try (Rig rig = Rig.start(2, "TPP_CREDENTIAL_PASSWORD", "123456");
                RawClient client = rig.connect()) {
            client.tokenNumber();
            String body = rig.health("/status.json").body();
            List<String> tokens = rig.simulator.requests().stream()
                    .flatMap(seen -> seen.headers().stream())
                    .filter(header -> header.startsWith("Authorization: Bearer "))
                    .map(header -> header.substring("Authorization: Bearer ".length()))
                    .toList();
            assertThat(tokens).isNotEmpty().allSatisfy(token -> assertThat(body).doesNotContain(token));
            assertThat(body).doesNotContain("\"123456\"").contains("\"value\":\"****\"");
        }
    }

    @Test
    void hostileTextsStayWithinTheirStrings() throws Exception {
        String user = "\"},{\"x\":\"</script><b>";
        try (Rig rig = Rig.startUnready(
                Quirks.documented(), 0, "TPP_CREDENTIALS_0_USERNAME", user, "TPP_CREDENTIALS_0_PASSWORD", "p")) {
            // The pool knows of the failure a moment before it is noted as an event.
            JsonNode status = await().until(
                            () -> status(rig, ""), seen -> !seen.get("events").isEmpty());
            assertThat(status.get("pool").get("last_login_error").asText()).contains(user);
            assertThat(status.get("events").get(0).get("what").asText()).contains(user);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html;charset=utf-8",
        "/status/page.css, text/css;charset=utf-8",
        "/status/page.js, text/javascript;charset=utf-8",
        "/status/plot.js, text/javascript;charset=utf-8",
        "/status/table.js, text/javascript;charset=utf-8",
        "/status/text.js, text/javascript;charset=utf-8",
        "/status/icon.svg, image/svg+xml",
        "/status.json, application/json"
    })
    void allFilesAreServedWithHeadersThatKeepOthersOut(String path, String type) throws Exception {
        try (Rig rig = Rig.start(1)) {
            Response answer = get(rig, path, "Host: 127.0.0.1:9090");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers())
                    .containsEntry("content-type", type)
                    .containsEntry("cache-control", "no-store")
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("x-frame-options", "DENY")
                    .containsEntry("referrer-policy", "no-referrer")
                    .containsEntry("cross-origin-resource-policy", "same-origin")
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(answer.headers().get("content-security-policy"))
                    .contains("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example.com",
                "Host: evil.example.com:9090",
                "Host: 127.0.0.1.evil.com",
                "Host: localhost.evil.com",
                "Host: 127.0.0.1:9090|Sec-Fetch-Site: cross-site",
                "Host: 127.0.0.1:9090|Sec-Fetch-Site: same-site",
                "Host: 127.0.0.1:9090|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe",
                "Host: 127.0.0.1:9090|Origin: http://evil.example.com",
                "Host: 127.0.0.1:9090|Origin: http://127.0.0.1:8000",
                "Host: 127.0.0.1:9090|Origin: null"
            })
    void otherSitesGetNothing(String lines) throws Exception {
        try (Rig rig = Rig.start(1)) {
            for (String path : List.of("/status.json", "/", "/status/page.js")) {
                Response answer = get(rig, path, lines.split("\\|"));
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).doesNotContain("evil").hasLineCount(1);
                assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: 127.0.0.1:9090",
                "Host: 10.1.2.3",
                "Host: [::1]:9090",
                "Host: localhost:9090",
                "Host: tpp",
                "Host: TPP.prod.svc:9090",
                "Host: tpp.prod.svc.cluster.local",
                "Host: tpp.Example.com",
                "Host: 127.0.0.1:9090|Origin: http://127.0.0.1:9090|Sec-Fetch-Site: same-origin",
                "Host: 127.0.0.1:9090|Sec-Fetch-Site: none",
                "Host: 127.0.0.1:9090|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document"
            })
    void itsOwnPageAndPeopleMayAsk(String lines) throws Exception {
        try (Rig rig = Rig.start(1, "TPP_HEALTH_HOSTS", "tpp.example.com")) {
            assertThat(get(rig, "/", lines.split("\\|")).status()).isEqualTo(200);
        }
    }

    @Test
    void probesAndScrapesMayComeByAnyName() throws Exception {
        try (Rig rig = Rig.start(1)) {
            for (String path : List.of("/health", "/livez", "/readyz", "/metrics")) {
                assertThat(get(rig, path, "Host: tpp.example.com").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void onlyReadingIsAllowedAndOnlyWhatThereIs() throws Exception {
        try (Rig rig = Rig.start(1)) {
            assertThat(rig.health("/status/nothing.js").statusCode()).isEqualTo(404);
            assertThat(rig.health("/status/../version.properties").statusCode()).isNotEqualTo(200);
            assertThat(rig.health("/status.json?tokens=many").statusCode()).isEqualTo(400);
            try (RawClient client = RawClient.connect(rig.healthPort())) {
                client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(405);
            }
        }
    }
}
