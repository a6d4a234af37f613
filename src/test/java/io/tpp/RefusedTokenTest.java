package io.tpp;

import static io.tpp.testing.ScriptedUpstream.answer;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.ScriptedUpstream;
import io.tpp.testing.ScriptedUpstream.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A request whose token the upstream refuses with 401, seen from the client and from the upstream. */
class RefusedTokenTest {
    private static final String GET = "GET /some/path?q=%20 HTTP/1.1\r\nHost: tpp\r\nX-Kept: 1\r\n\r\n";
    private static final String LIMIT_KEY = "TPP_UPSTREAM_REPLAY_BUFFER_BYTES";

    private final List<ScriptedRig> rigs = new ArrayList<>();

    private ScriptedRig start(Script script, String... settings) throws Exception {
        ScriptedRig rig = ScriptedRig.start(script, settings);
        rigs.add(rig);
        return rig;
    }

    @AfterEach
    void stop() {
        rigs.forEach(ScriptedRig::close);
    }

    /** Refuses the two tokens that are there at the start. */
    private static Script unlessOld(Script refusal, Script otherwise) {
        return connection -> (isOld(connection.head()) ? refusal : otherwise).run(connection);
    }

    private static boolean isOld(String head) {
        return head.contains(ScriptedUpstream.TOKEN_PREFIX + "1==")
                || head.contains(ScriptedUpstream.TOKEN_PREFIX + "2==");
    }

    private static String unauthorized(String body) {
        return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"x\"\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static Script echo() {
        return connection -> {
            String body = connection.readBody();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        };
    }

    private static String post(String body) {
        return "POST /x HTTP/1.1\r\nHost: tpp\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String chunked(String body) {
        return "POST /x HTTP/1.1\r\nHost: tpp\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    /** Returns the head of the next request that is no probe. */
    private static String takeHead(ScriptedRig rig) throws InterruptedException {
        String head = rig.upstream.takeHead();
        return isProbe(head) ? takeHead(rig) : head;
    }

    private static void assertRefused(Response response, String reason) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers()).containsKey("retry-after").doesNotContainKey("www-authenticate");
        assertThat(response.body()).contains("\"message\":\"TPP: ").contains(reason);
    }

    @Test
    void aRequestIsSentAgainWithTheNextToken() throws Exception {
        ScriptedRig rig = start(unlessOld(answer(unauthorized("no")), ok("fine")));
        try (RawClient client = rig.connect()) {
            Response response = client.send(GET).read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("fine");
            assertThat(response.headers()).doesNotContainKey("www-authenticate");
            String refused = takeHead(rig);
            String replayed = takeHead(rig);
            assertThat(isOld(refused)).isTrue();
            assertThat(isOld(replayed)).isFalse();
            assertThat(withoutToken(replayed)).isEqualTo(withoutToken(refused));
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
        }
        assertThat(rig.metrics())
                .contains("tpp_requests_replayed_total{reason=\"unauthorized\",} 1.0")
                .contains("tpp_requests_total 2.0");
    }

    @Test
    void anUpgradeIsMadeWithTheNextToken() throws Exception {
        Script echo = connection -> {
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: xyz\r\n\r\n");
            connection.write(connection.readText(2));
        };
        ScriptedRig rig = start(unlessOld(answer(unauthorized("no")), echo));
        try (RawClient client =
                rig.connect().send("GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: xyz\r\n\r\nhi")) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readText(2)).isEqualTo("hi");
            String refused = takeHead(rig);
            String replayed = takeHead(rig);
            assertThat(isOld(refused)).isTrue();
            assertThat(isOld(replayed)).isFalse();
            assertThat(replayed).contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: xyz\r\n");
            assertThat(withoutToken(replayed)).isEqualTo(withoutToken(refused));
        }
    }

    private static String withoutToken(String head) {
        return head.replaceAll("Authorization: [^\r]*", "");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 65536", "1000, 1000", "65536, 65536", "70000, 70000", "300000, 300000"})
    void aBodyUpToTheLimitIsSentAgain(int length, int limit) throws Exception {
        ScriptedRig rig =
                start(unlessOld(answer(unauthorized("")), echo()), LIMIT_KEY, String.valueOf(Math.max(limit, 1)));
        String body = "b".repeat(length);
        try (RawClient client = rig.connect()) {
            assertThat(client.send(post(body)).read().body()).isEqualTo(body);
            assertThat(client.send(chunked(body + "x")).read().body()).isEqualTo(body + "x");
        }
    }

    @Test
    void aBodyInChunksIsSentAgain() throws Exception {
        ScriptedRig rig = start(unlessOld(answer(unauthorized("")), echo()));
        try (RawClient client = rig.connect()) {
            assertThat(client.send(chunked("x".repeat(10_000))).read().body()).hasSize(10_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"1001, 1000", "1, 0", "65537, 65536", "300000, 65536"})
    void aLargerOneIsNot(int length, int limit) throws Exception {
        ScriptedRig rig = start(unlessOld(answer(unauthorized("")), echo()), LIMIT_KEY, String.valueOf(limit));
        try (RawClient client = rig.connect()) {
            assertRefused(client.send(post("b".repeat(length))).read(), "upstream.replay_buffer_bytes " + limit);
            // Its connection and its lease are still good.
            assertThat(client.send(GET).read().status()).isEqualTo(200);
        }
    }

    @Test
    void aRefusalBeforeTheBodyHasComeIsMendedToo() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        Script early = connection -> {
            connection.write(unauthorized(""));
            refused.countDown();
        };
        ScriptedRig rig = start(unlessOld(early, echo()));
        String body = "b".repeat(200_000);
        try (RawClient client = rig.connect()) {
            client.send(post(body).substring(0, 1000));
            assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
            takeHead(rig);
            takeHead(rig);
            client.send(post(body).substring(1000));
            assertThat(client.read().body()).isEqualTo(body);
        }
    }

    @Test
    void aRefusalInTheMiddleOfALargeBodyReachesTheClientAs503() throws Exception {
        Script early = connection -> {
            connection.write(unauthorized(""));
            // Not closed before TPP has read the answer: what is unread then would make it a reset.
            connection.readRest();
        };
        ScriptedRig rig = start(unlessOld(readSome(100_000).then(early), echo()));
        try (RawClient client = rig.connect()) {
            client.send("POST /x HTTP/1.1\r\nHost: tpp\r\nContent-Length: 10000000\r\n\r\n" + "b".repeat(200_000));
            assertRefused(client.read(), "upstream.replay_buffer_bytes");
        }
    }

    private static Script readSome(int bytes) {
        return connection -> connection.readText(bytes);
    }

    @Test
    void twoTokensRefusedAreEnough() throws Exception {
        ScriptedRig rig = start(answer(unauthorized("no")));
        try (RawClient client = rig.connect()) {
            assertRefused(client.send(GET).read(), "refused two tokens");
            rig.upstream.script(ok("fine"));
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
        }
    }

    @Test
    void aPathThatRefusesEveryTokenCausesNoStormOfLogins() throws Exception {
        ScriptedRig rig = start(unlessProbe(answer(unauthorized("no"))));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(GET).read().status()).isEqualTo(503);
            }
            rig.upstream.script(unlessProbe(ok("fine")));
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
        }
        // Two at the start, and each of the two once more.
        assertThat(rig.upstream.tokens()).hasSizeLessThanOrEqualTo(4);
    }

    /** Tells probes that their token is alive. */
    private static Script unlessProbe(Script otherwise) {
        Script alive = ok("{\"code\":\"0\",\"result\":[[1,\"admin\",\"127.0.0.1\",1]]}");
        return connection -> (isProbe(connection.head()) ? alive : otherwise).run(connection);
    }

    private static boolean isProbe(String head) {
        return head.startsWith("POST /api/execute ");
    }

    @Test
    void anotherStatusCanMeanTheSame() throws Exception {
        ScriptedRig rig = start(
                unlessOld(answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"), ok("fine")),
                "TPP_UPSTREAM_REFUSED_STATUSES",
                "403");
        try (RawClient client = rig.connect()) {
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
            rig.upstream.script(answer(unauthorized("for you")));
            assertThat(client.send(GET).read().status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 60_000, 1_000_000})
    void whateverComesWithTheRefusalIsNoHindrance(int length) throws Exception {
        ScriptedRig rig = start(unlessOld(answer(unauthorized("r".repeat(length))), ok("fine")));
        try (RawClient client = rig.connect()) {
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
        }
    }

    @Test
    void norIsARefusalThatDoesNotEnd() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Script endless = answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nabc")
                .then(connection -> end.await(10, TimeUnit.SECONDS));
        ScriptedRig rig = start(unlessOld(endless, ok("fine")));
        try (RawClient client = rig.connect()) {
            assertThat(client.send(GET).read().body()).isEqualTo("fine");
            end.countDown();
        }
    }

    @Test
    void withOneLeaseARequestItIsTheSame() throws Exception {
        ScriptedRig rig = start(unlessOld(answer(unauthorized("")), echo()), "TPP_TOKEN_BINDING", "request");
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(post("abc")).read().body()).isEqualTo("abc");
            }
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rig.server.tpp().snapshot().inUse() == 0);
    }
}
