package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.Rig;
import io.tpp.conformance.Nginx.Parsed;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.MutatedRequest;
import io.tpp.testing.RawClient;
import io.tpp.testing.StrictParser;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests changed at random, with nginx as the upstream: it finds what a strict reader would have found in the client's
 * bytes, and no more; and each answer is that to its request. {@code -Ddifferential.seed=} repeats a run.
 */
@Tag("conformance")
class NginxDifferentialIT {
    private static final long SEED = Long.getLong("differential.seed", 20_261_124);
    private static final int REQUESTS = Integer.getInteger("differential.requests", 400);
    private static final Pattern MARK = Pattern.compile("\r\nX-Parsed: ([^\r\n]*)\r\n");
    private static final Pattern DIGEST = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"");

    @Test
    void nginxReadsWhatTheClientSent() throws Exception {
        DolphinDbSimulator simulator = DolphinDbSimulator.start();
        try (Nginx nginx = Nginx.inFrontOf(simulator.port());
                Rig rig = rig(simulator, nginx)) {
            rig.awaitPool(pool -> pool.available() == 2);
            Random random = new Random(SEED);
            int passed = 0;
            for (int i = 0; i < REQUESTS; i++) {
                passed += compare(rig, nginx, numbered(MutatedRequest.of(random), i), i);
            }
            assertThat(passed).as("how many got through").isGreaterThan(REQUESTS / 10);
        }
    }

    private static Rig rig(DolphinDbSimulator simulator, Nginx nginx) throws Exception {
        return Rig.startUnready(
                simulator,
                2,
                "TPP_UPSTREAM_PORT",
                String.valueOf(nginx.port()),
                "TPP_CLIENT_HALF_CLOSE",
                "wait",
                "TPP_CLIENT_BODY_TIMEOUT_SECONDS",
                "2");
    }

    /** Makes it another than all others, so that its answer can be told from theirs. */
    private static MutatedRequest numbered(MutatedRequest request, int number) {
        return new MutatedRequest(request.bytes().replace("Kept  Value", "Kept  Value " + number), request.changes());
    }

    /** Returns how many requests nginx found and passed on. */
    private static int compare(Rig rig, Nginx nginx, MutatedRequest request, int number) throws Exception {
        String what = "-Ddifferential.seed=" + SEED + ", request " + number + " " + request;
        String answers;
        try (RawClient client = RawClient.connect(rig.port()).send(request.bytes())) {
            client.shutdownOutput();
            answers = client.readRest();
        }
        List<Parsed> parsed = nginx.take();
        List<StrictParser.Request> sent = StrictParser.parse(request.bytes());
        assertThat(parsed.size()).as(what).isLessThanOrEqualTo(sent.size());
        for (int i = 0; i < parsed.size(); i++) {
            assertSame(parsed.get(i), sent.get(i), what);
        }
        assertAnswers(answers, parsed, sent, what);
        return (int) parsed.stream().filter(Parsed::toUpstream).count();
    }

    /** What it passed on it understood; what it refused may have ended at the first line. */
    private static void assertSame(Parsed parsed, StrictParser.Request sent, String what) {
        assertThat(parsed.line()).as(what).isEqualTo(sent.method() + " " + sent.originTarget() + " HTTP/1.1");
        if (parsed.toUpstream()) {
            assertThat(sent.body()).as(what).isNotNull();
            assertThat(parsed.method()).as(what).isEqualTo(sent.method());
            assertThat(parsed.target()).as(what).isEqualTo(sent.originTarget());
            List<String> kept = sent.namedByConnection().contains("x-kept") ? List.of() : sent.values("x-kept");
            // Before 1.23 its variable has the first of several.
            assertThat(parsed.kept()).as(what).isIn(String.join(", ", kept), kept.isEmpty() ? "" : kept.get(0));
        }
    }

    /** There is one answer of nginx to each whole request, in their order, and it has the digest of that one's body. */
    private static void assertAnswers(
            String answers, List<Parsed> parsed, List<StrictParser.Request> sent, String what) {
        int[] whole = IntStream.range(0, parsed.size())
                .filter(i -> sent.get(i).body() != null)
                .toArray();
        assertThat(found(MARK, answers))
                .as(what)
                .containsExactlyElementsOf(
                        IntStream.of(whole).mapToObj(i -> parsed.get(i).mark()).toList());
        assertThat(found(DIGEST, answers))
                .as(what)
                .containsExactlyElementsOf(IntStream.of(whole)
                        .filter(i -> parsed.get(i).status() == 200)
                        .mapToObj(i -> sent.get(i).bodyDigest())
                        .toList());
        assertThat(answers).as(what).doesNotContainPattern("HTTP/1.1 50[0-4] ");
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1).strip())
                .toList();
    }
}
