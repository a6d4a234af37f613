package io.tpp.dolphindb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** Whatever the upstream answers to a login: there is a token for a header, or a reason in TPP's own words. */
@Tag("fuzz")
class LoginResponseFuzzTest {
    private static final String REASON = "[A-Za-z0-9 ()-]{1,60}";

    /** The first byte says the status, the others are the body. */
    @FuzzTest
    void anAnswerIsATokenOrAReason(byte[] answer) {
        int status = answer.length == 0 ? 200 : status(answer[0]);
        byte[] body = answer.length == 0 ? answer : Arrays.copyOfRange(answer, 1, answer.length);
        LoginOutcome outcome = LoginResponse.read(status, body);
        if (outcome instanceof LoginOutcome.Failed failed) {
            assertThat(failed.reason()).matches(REASON);
        } else if (outcome instanceof LoginOutcome.Accepted accepted) {
            assertThat(status).isBetween(200, 299);
            assertThat(accepted.token().headerValue()).matches("Bearer [\\x21-\\x7e]+");
            assertThat(new String(body, ISO_8859_1)).contains("\"");
        }
        assertThat(outcome.toString()).hasSizeLessThan(200);
    }

    private static int status(byte choice) {
        return switch (choice) {
            case '4' -> 401;
            case '5' -> 503;
            case '1' -> 100;
            default -> 200;
        };
    }
}
