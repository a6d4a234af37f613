package io.tpp.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tpp.ScriptedRig;
import io.tpp.testing.Background;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.Memory;
import io.tpp.testing.MutatedRequest;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.RawHttp2.Frame;
import io.tpp.testing.ScriptedUpstream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many requests that were changed at random, several at a time: each connection ends, with whole answers on it, none of
 * which is a 500 or holds a token.
 */
class MutatedRequestsTest {
    private static final long SEED = Long.getLong("abuse.seed", 20_261_124);
    private static final int THREADS = 4;
    private static final int TOKENS = 2;
    private static final long KEPT_LIMIT = 32L << 20;

    private static final Pattern HEAD = Pattern.compile(
            "HTTP/1\\.1 ([1-5]\\d\\d)(?: [^\\r\\n]*)?\\r\\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\\r\\n]*\\r\\n)*)\\r\\n");
    private static final Pattern LENGTH = Pattern.compile("(?i)(?:^|\\n)Content-Length: (\\d+)\\r\\n");

    /** What is sent, and how it must be answered. */
    private interface Attempt {
        /** Returns what was sent. */
        String run(ScriptedRig rig, Random random, String name);
    }

    @Test
    @Timeout(120)
    void ofHttp1() throws Exception {
        run(MutatedRequestsTest::http1, 2_000);
    }

    @Test
    @Timeout(120)
    void ofHttp2() throws Exception {
        run(MutatedRequestsTest::http2, 1_000);
    }

    @Test
    @Tag("soak")
    @Timeout(3_600)
    void veryManyOfBoth() throws Exception {
        int requests = Integer.getInteger("abuse.requests", 100_000);
        run(MutatedRequestsTest::http1, requests / 3 * 2);
        run(MutatedRequestsTest::http2, requests / 3);
    }

    private static void run(Attempt attempt, int requests) throws Exception {
        try (CapturedLog log = new CapturedLog("io.tpp.proxy");
                ScriptedRig rig = ScriptedRig.start(
                        ScriptedUpstream.ok(""),
                        "TPP_CLIENT_HALF_CLOSE",
                        "wait",
                        "TPP_CLIENT_BODY_TIMEOUT_SECONDS",
                        "2")) {
            long before = Memory.used();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                threads.add(Background.run(() -> run(rig, attempt, requests / THREADS, number)));
            }
            for (CompletableFuture<Void> thread : threads) {
                thread.get(1, TimeUnit.HOURS);
            }
            await().until(() -> rig.pool().available() == TOKENS && rig.pool().waiting() == 0);
            assertThat(rig.upstream.tokens()).as("logins").hasSize(TOKENS);
            assertThat(log.lines(Level.ERROR)).isEmpty();
            rig.upstream.forgetHeads();
            assertThat(Memory.used() - before).as("bytes kept").isLessThan(KEPT_LIMIT);
        }
    }

    private static void run(ScriptedRig rig, Attempt attempt, int requests, int thread) {
        for (int i = 0; i < requests; i++) {
            // Of its own, so that one can be repeated without those before.
            long seed = SEED + thread * 1_000_000L + i;
            attempt.run(rig, new Random(seed), "-Dabuse.seed=" + seed + ", the first of its run: ");
            if (i % 1_000 == 0) {
                rig.upstream.forgetHeads();
            }
        }
    }

    // HTTP/1.x

    private static String http1(ScriptedRig rig, Random random, String name) {
        String request = requests(random);
        try (RawClient client = rig.connect()) {
            sendAll(client, request);
            String what = name + MutatedRequest.escaped(request);
            assertWhole(rest(rig, client, what), what);
        }
        return request;
    }

    private static String requests(Random random) {
        StringBuilder bytes = new StringBuilder(MutatedRequest.of(random).bytes());
        if (random.nextInt(3) == 0) {
            bytes.append(MutatedRequest.of(random).bytes());
        }
        if (random.nextInt(4) == 0) {
            for (int left = random.nextInt(20); left > 0; left--) {
                bytes.setCharAt(random.nextInt(bytes.length()), (char) random.nextInt(256));
            }
        }
        return random.nextInt(8) == 0 ? bytes.substring(0, random.nextInt(bytes.length())) : bytes.toString();
    }

    private static void sendAll(RawClient client, String bytes) {
        try {
            client.send(bytes);
            client.shutdownOutput();
        } catch (UncheckedIOException ended) {
            // Sooner than all was sent; what was answered may still come.
        }
    }

    private static String rest(ScriptedRig rig, RawClient client, String what) {
        try {
            return client.readRest();
        } catch (AssertionError open) {
            throw new AssertionError("with " + rig.pool() + ", " + what, open);
        }
    }

    private static void assertWhole(String answers, String what) {
        assertThat(answers).as(what).doesNotContain(ScriptedUpstream.TOKEN_PREFIX);
        Matcher head = HEAD.matcher(answers);
        int at = 0;
        while (at < answers.length()) {
            assertThat(head.region(at, answers.length()).lookingAt())
                    .as("an answer begins in %s at %s, to %s", answers, at, what)
                    .isTrue();
            assertThat(head.group(1)).as(what).isNotEqualTo("500");
            Matcher length = LENGTH.matcher(head.group(2));
            at = head.end() + (length.find() ? Integer.parseInt(length.group(1)) : 0);
        }
        assertThat(at).as("%s is whole, to %s", answers, what).isEqualTo(answers.length());
    }

    // HTTP/2

    private static String http2(ScriptedRig rig, Random random, String name) {
        String frames = MutatedFrames.of(random);
        String what = name + MutatedRequest.escaped(frames);
        try (RawClient client = rig.connect()) {
            sendAll(client, frames);
            if (frames.startsWith(RawHttp2.PREFACE)) {
                readFrames(new RawHttp2(client, ""), what);
            } else {
                rest(rig, client, what);
            }
        }
        return frames;
    }

    private static void readFrames(RawHttp2 client, String what) {
        try {
            while (true) {
                Frame frame = client.read();
                assertThat(frame.type()).as(what).isBetween(0, RawHttp2.CONTINUATION);
                assertThat(frame.payload().remaining()).as(what).isLessThanOrEqualTo(1 << 14);
                if (frame.type() == RawHttp2.HEADERS) {
                    assertThat(client.statusIn(frame)).as(what).isNotEqualTo(500);
                }
            }
        } catch (UncheckedIOException ended) {
            assertThat(ended.getCause())
                    .as("the connection ends, " + what)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }
}
