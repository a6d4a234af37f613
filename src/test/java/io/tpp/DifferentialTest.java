package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.simulator.SeenRequest;
import io.tpp.simulator.Violation;
import io.tpp.testing.MutatedRequest;
import io.tpp.testing.RawClient;
import io.tpp.testing.StrictParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests changed at random: what the upstream reads is what a strict reader would have read of the client's bytes, and no
 * more; and each answer is that to its request. {@code -Ddifferential.seed=} repeats a run.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("differential.seed", 20_261_124);
    private static final Pattern DIGEST = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"");

    /** What TPP, or its upstream's client, says itself or keeps to itself. */
    private static final Set<String> NOT_COMPARED = Set.of(
            "host",
            "authorization",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "via",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect");

    @Test
    void theUpstreamReadsWhatTheClientSent() throws Exception {
        run(500);
    }

    @Tag("soak")
    @Test
    void soItDoesVeryManyTimes() throws Exception {
        run(Integer.getInteger("differential.requests", 50_000));
    }

    private static void run(int requests) throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start(Quirks.documented());
        try (Rig rig = Rig.startUnready(
                simulator, 2, "TPP_CLIENT_HALF_CLOSE", "wait", "TPP_CLIENT_BODY_TIMEOUT_SECONDS", "2")) {
            rig.awaitPool(pool -> pool.available() == 2);
            // A request that the proxy gives up in the middle is not whole, and is not compared.
            simulator.tolerate(Violation.MALFORMED_REQUEST);
            Random random = new Random(SEED);
            int forwarded = 0;
            for (int i = 0; i < requests; i++) {
                forwarded += compare(rig, toSink(MutatedRequest.of(random)), i);
            }
            assertThat(forwarded).as("how many got through").isGreaterThan(requests / 10);
        }
    }

    /** The simulator's {@code /sink} answers with the digest of the body. */
    private static MutatedRequest toSink(MutatedRequest request) {
        return new MutatedRequest(request.bytes().replaceFirst("/a(?=[ ?%;|])", "/sink"), request.changes());
    }

    private static int compare(Rig rig, MutatedRequest request, int number) throws Exception {
        String what = "-Ddifferential.seed=" + SEED + ", request " + number + " " + request;
        rig.simulator.forget();
        String answers;
        try (RawClient client = rig.connect().send(request.bytes())) {
            client.shutdownOutput();
            answers = client.readRest();
        }
        await(what).until(() -> rig.simulator.inFlight() == 0);
        List<SeenRequest> seen = rig.simulator.requests().stream()
                .filter(one -> !one.aborted() && one.status() != 0)
                .toList();
        List<StrictParser.Request> sent = StrictParser.parse(request.bytes());
        assertThat(seen.size()).as(what).isLessThanOrEqualTo(sent.size());
        for (int i = 0; i < seen.size(); i++) {
            assertThat(line(seen.get(i))).as(what).isEqualTo(line(sent.get(i)));
            assertThat(fields(seen.get(i))).as(what).isEqualTo(fields(sent.get(i)));
        }
        List<String> expected = digests(sent.subList(0, seen.size()), seen);
        assertThat(DIGEST.matcher(answers).results().map(MatchResult::group))
                .as(what)
                .containsExactlyElementsOf(expected);
        assertThat(answers).as(what).doesNotContain("HTTP/1.1 500 ");
        return seen.isEmpty() ? 0 : 1;
    }

    private static String line(SeenRequest seen) {
        return seen.method() + " " + seen.target();
    }

    private static String line(StrictParser.Request sent) {
        return sent.method() + " " + sent.originTarget();
    }

    private static List<String> fields(SeenRequest seen) {
        return compared(seen.headers().stream()
                .map(field -> field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT) + ": "
                        + field.substring(field.indexOf(':') + 1).strip()));
    }

    private static List<String> fields(StrictParser.Request sent) {
        Set<String> named = sent.namedByConnection();
        return compared(
                sent.fields().stream().filter(field -> !named.contains(field.substring(0, field.indexOf(':')))));
    }

    private static List<String> compared(Stream<String> fields) {
        return fields.filter(field -> !NOT_COMPARED.contains(field.substring(0, field.indexOf(':'))))
                .sorted()
                .toList();
    }

    /** Returns what the answers of {@code /sink} must hold, in the order of the requests. */
    private static List<String> digests(List<StrictParser.Request> sent, List<SeenRequest> seen) {
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            String path = seen.get(i).target().split("\\?", 2)[0];
            if (path.equals("/sink")
                    && seen.get(i).status() == 200
                    && !seen.get(i).method().equals("HEAD")) {
                digests.add("\"sha256\":\"" + sent.get(i).bodyDigest() + "\"");
            }
        }
        return digests;
    }
}
