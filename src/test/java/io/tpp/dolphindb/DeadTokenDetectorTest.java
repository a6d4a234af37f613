package io.tpp.dolphindb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.tpp.dolphindb.AnswerStart.Finding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer tells of its request's token. */
class DeadTokenDetectorTest {
    private static final String DEFAULT = "1 <NotAuthenticated>.*";
    private static final String DEAD =
            "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"1\",\"message\":\"<NotAuthenticated>Not granted\",\"result\":[]}";
    private static final String FINE =
            "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[1]}";

    /** Of what {@link #envelope} makes answers. */
    private static final List<String> NAMES = List.of(
            "session",
            "user",
            "userIx",
            "userId",
            "code",
            "resultCode",
            "message",
            "msg",
            "us\\u0065r",
            "",
            "\u00fcser",
            "result");

    private static final List<String> VALUES = List.of(
            "\"admin\"",
            "\"guest\"",
            "\"0\"",
            "\"1\"",
            "\"1 \"",
            "1",
            "null",
            "\"\"",
            "\"<NotAuthenticated>Not granted\"",
            "\"\\u003cNotAuthenticated>\"",
            "\"<NotAuthenticated>\u00fc\"",
            "\"<NotAuthenticated>\u007f\"",
            "\"<NotAuthenticated>\t\"",
            "[\"guest\"]",
            "{\"user\":\"guest\",\"code\":\"1\"}");

    private static DeadTokenDetector detector(String pattern, String... users) {
        return new DeadTokenDetector(Set.of(401), Pattern.compile(pattern, Pattern.DOTALL), Set.of(users));
    }

    private static AnswerStart start() {
        return start(detector(DEFAULT, "admin"));
    }

    private static AnswerStart start(DeadTokenDetector detector) {
        return Objects.requireNonNull(detector.start("POST", "/api/execute", "application/json", null));
    }

    private static Finding look(String answer) {
        return start().look(bytes(answer));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                DEAD,
                "{\"session\":1,\"user\":\"admin\",\"code\":1,\"message\":\"<NotAuthenticated>\"}",
                "{\"message\":\"<NotAuthenticated>x\",\"code\":\"1\"}",
                "{\"code\":\"1\",\"message\":\"\\u003cNotAuthenticated\\u003e\\n two lines\"}",
                "\uFEFF \r\n\t" + DEAD,
                "{\"session\":\"1\",\"user\":\"guest\",\"code\":\"0\",\"message\":\"\",\"result\":[3]}",
                "{\"user\":\"Guest\"",
                "{\"sessionID\":\"1\",\"userId\":\"guest\",\"resultCode\":\"0\",\"msg\":\"\",\"object\":[]}",
                "{\"sessionID\":\"1\",\"userId\":\"x\",\"resultCode\":\"1\",\"msg\":\"<NotAuthenticated>\",\"object\":[]}"
            })
    void thisLooksDead(String answer) {
        assertThat(look(answer)).isEqualTo(Finding.SUSPECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FINE,
                "{\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[\"<NotAuthenticated>\"]}",
                "{\"result\":[{\"user\":\"guest\",\"code\":\"1\",\"message\":\"<NotAuthenticated>\"}],\"user\":\"a\"}",
                "{\"result\":{\"user\":\"guest\"},\"user\":\"admin\",\"code\":\"0\",\"message\":\"\"}",
                "{\"user\":\"admin\",\"code\":\"0\",\"message\":\"<NotAuthenticated>\"}",
                "{\"user\":\"admin\",\"code\":\"1\",\"message\":\"x <NotAuthenticated>\"}",
                "{\"user\":\"admin\",\"code\":\"1\",\"message\":\"<NoPrivilege>Not granted\"}",
                "[{\"user\":\"guest\"}]",
                "\"<NotAuthenticated>\"",
                "<html>guest</html>",
                "{\"user\" guest}",
                "{}"
            })
    void thisDoesNot(String answer) {
        assertThat(look(answer)).isEqualTo(Finding.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {DEAD, "\uFEFF" + DEAD})
    void whereverTheAnswerIsCutItIsRecognised(String answer) {
        byte[] all = answer.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < all.length - 20; cut++) {
            AnswerStart start = start();
            Finding first = start.look(ByteBuffer.wrap(all, 0, cut));
            Finding then = start.look(ByteBuffer.wrap(all, cut, all.length - cut));
            assertThat(then).as("cut at %d, first %s", cut, first).isEqualTo(Finding.SUSPECT);
        }
    }

    /** Behind a blank, all of it is read by the JSON parser. */
    @Test
    void aPlainBeginningIsReadAsTheParserReadsIt() {
        Random random = new Random(2026);
        Set<Finding> found = EnumSet.noneOf(Finding.class);
        for (int i = 0; i < 20_000; i++) {
            String answer = envelope(random);
            Finding finding = look(answer);
            assertThat(finding).as(answer).isEqualTo(look(" " + answer));
            found.add(finding);
        }
        assertThat(found).containsExactly(Finding.values());
    }

    private static String envelope(Random random) {
        StringBuilder answer = new StringBuilder("{");
        String separator = "";
        for (int fields = random.nextInt(6); fields >= 0; fields--) {
            answer.append(separator)
                    .append('"')
                    .append(NAMES.get(random.nextInt(NAMES.size())))
                    .append("\":")
                    .append(VALUES.get(random.nextInt(VALUES.size())));
            separator = random.nextInt(10) > 0 ? "," : " , ";
        }
        answer.append('}');
        return answer.substring(0, random.nextInt(4) > 0 ? answer.length() : random.nextInt(answer.length()));
    }

    @Test
    void aByteAtATimeItIsRecognised() {
        AnswerStart start = start();
        for (byte next : DEAD.getBytes(StandardCharsets.UTF_8)) {
            start.look(ByteBuffer.wrap(new byte[] {next}));
        }
        assertThat(start.look(ByteBuffer.allocate(0))).isEqualTo(Finding.SUSPECT);
    }

    @Test
    void thePieceIsNeitherConsumedNorChanged() {
        ByteBuffer piece = ByteBuffer.allocateDirect(1000);
        piece.put(DEAD.getBytes(StandardCharsets.UTF_8)).flip();
        int length = piece.remaining();
        start().look(piece);
        assertThat(piece.remaining()).isEqualTo(length);
        assertThat(piece).isEqualTo(bytes(DEAD));
    }

    @Test
    void whatComesAfterAHugeFirstFieldIsNotLookedAt() {
        String huge = "{\"session\":\"" + "x".repeat(5000) + "\",\"user\":\"guest\"}";
        assertThat(look(huge)).isEqualTo(Finding.NOTHING);
        AnswerStart start = start();
        assertThat(start.look(bytes(huge.substring(0, 4000)))).isEqualTo(Finding.OPEN);
        assertThat(start.look(bytes(huge.substring(4000)))).isEqualTo(Finding.NOTHING);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "POST, /api/execute, application/json, -, true",
                "POST, /api/execute, -, identity, true",
                "GET, /api/execute, text/plain;charset=utf-8, -, true",
                "POST, /, application/json, -, true",
                "POST, /1130397736, application/json, -, true",
                "POST, /api/execute, application/json, gzip, false",
                "POST, /api/execute, application/octet-stream, -, false",
                "GET, /, text/html, -, false",
                "POST, /mcp, application/json, -, false",
                "GET, /metrics, text/plain, -, false"
            })
    void onlySomeAnswersAreLookedAt(
            String method, String path, @Nullable String type, @Nullable String encoding, boolean looked) {
        assertThat(detector(DEFAULT, "admin").start(method, path, type, encoding) != null)
                .isEqualTo(looked);
    }

    @Test
    void aGuestWhoIsConfiguredIsNoSurprise() {
        DeadTokenDetector detector = detector(DEFAULT, "guest");
        assertThat(start(detector).look(bytes("{\"user\":\"guest\",\"code\":\"0\",\"message\":\"\"}")))
                .isEqualTo(Finding.NOTHING);
        assertThat(start(detector).look(bytes(DEAD))).isEqualTo(Finding.SUSPECT);
    }

    @Test
    void aPatternMayMatchWhatDidNotFail() {
        assertThat(start(detector("0 ", "admin")).look(bytes(FINE))).isEqualTo(Finding.SUSPECT);
        assertThat(start(detector("0", "admin")).look(bytes(FINE))).isEqualTo(Finding.NOTHING);
    }

    @Test
    void onlyTheGivenStatusesRefuse() {
        assertThat(detector(DEFAULT).refuses(401)).isTrue();
        assertThat(detector(DEFAULT).refuses(403)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 (a+)+b", "1 (a|aa)*c", "1 (.|a)*d"})
    void aPatternThatTakesForEverDoesNot(String pattern) {
        String answer = "{\"user\":\"admin\",\"code\":\"1\",\"message\":\"" + "a".repeat(3900) + "\"}";
        Finding finding = assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> start(detector(pattern, "admin")).look(bytes(answer)));
        assertThat(finding).isEqualTo(Finding.NOTHING);
    }
}
