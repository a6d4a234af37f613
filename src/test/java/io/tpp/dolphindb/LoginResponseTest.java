package io.tpp.dolphindb;

import static io.tpp.token.LoginException.Kind.MALFORMED;
import static io.tpp.token.LoginException.Kind.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginResponseTest {
    private static final LoginOutcome ACCEPTED = new LoginOutcome.Accepted(BearerToken.of("kRYE+w/a=="));

    /** The refusal as the REST API manual prints it, its inner quotes not escaped. */
    private static final String DOCUMENTED_REFUSAL = """
            {"session":"2333906441","user":"admin","code":"1","message":"login("admin1", "123213") \
            => The user name or password is incorrect.","result":[]}""";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // As documented, with line breaks in the token.
                "{\"session\":\"2333906441\",\"user\":\"admin\",\"code\":\"0\",\"message\":\"\",\"result\":[\"kRYE\\n+w/a==\\n\"]}",
                // As observed: numbers.
                "{\"session\":2333906441,\"user\":\"admin\",\"code\":0,\"message\":\"\",\"result\":[\"kRYE+w/a==\"]}",
                "{\"code\":\"0\",\"result\":\"kRYE+w/a==\"}",
                "{\"code\":\" 0 \",\"result\":[\" \\tkRYE \\r\\n +w/a== \"]}",
                "{\"code\":0.0,\"result\":[\"kRYE+w/a==\"]}",
                "{\"code\":\"0\",\"message\":\"the password expires in 7 days\",\"result\":[\"kRYE+w/a==\"]}",
                "{\"code\":\"0\",\"message\":\"The password is incorrect\",\"result\":[\"kRYE+w/a==\"]}",
                "{\"session\":null,\"user\":null,\"code\":\"0\",\"message\":null,\"result\":[\"kRYE+w/a==\"]}",
                "{\"code\":\"0\",\"more\":{\"code\":1},\"result\":[\"kRYE+w/a==\"]}",
                "\uFEFF{\"code\":\"0\",\"result\":[\"kRYE+w/a==\"]}",
                "\r\n {\"code\":\"0\",\"result\":[\"kRYE+w/a==\"]} \n",
            })
    void aSuccessGivesTheToken(String body) {
        assertThat(read(200, body)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 299})
    void anySuccessfulStatusWillDo(int status) {
        assertThat(read(status, "{\"code\":\"0\",\"result\":[\"kRYE+w/a==\"]}")).isEqualTo(ACCEPTED);
    }

    @Test
    void aMessageInAnotherCharsetDoesNotHideTheToken() {
        byte[] body =
                "{\"code\":\"0\",\"message\":\"密码即将过期\",\"result\":[\"kRYE+w/a==\"]}".getBytes(Charset.forName("GBK"));

        assertThat(LoginResponse.read(200, body)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @MethodSource
    void refusals(int status, String body, String reason) {
        assertThat(read(status, body)).isEqualTo(new LoginOutcome.Failed(REFUSED, reason));
    }

    static Stream<Arguments> refusals() {
        String wrong = "wrong user name or password";
        String escaped = DOCUMENTED_REFUSAL.replace("(\"admin1\", \"123213\")", "(\\\"admin1\\\", \\\"123213\\\")");
        return Stream.of(
                arguments(200, DOCUMENTED_REFUSAL, wrong),
                arguments(200, escaped, wrong),
                arguments(200, escaped.replace("\"1\"", "1"), wrong),
                arguments(401, DOCUMENTED_REFUSAL, wrong),
                arguments(403, escaped, wrong),
                arguments(400, escaped, wrong),
                arguments(500, DOCUMENTED_REFUSAL, wrong),
                arguments(401, "", "HTTP status 401"),
                arguments(403, "<html>Forbidden</html>", "HTTP status 403"),
                // A status that refuses outweighs a body that does not.
                arguments(401, "{\"code\":\"0\",\"result\":[\"kRYE+w/a==\"]}", "HTTP status 401"),
                arguments(200, refusal("login(\"u\", \"p\") => The user [u] is locked."), "the user is locked"),
                arguments(200, refusal("locked after 5 incorrect passwords"), "the user is locked"),
                arguments(200, refusal("login(...) => The password of u has expired"), "the password has expired"),
                // Not what the message repeats, only what it says.
                arguments(200, refusal("login(\"locked\", \"p\") => no"), "unknown reason (code 1)"),
                arguments(200, refusal("node is not allowed to log in"), "unknown reason (code 1)"),
                arguments(200, "{\"code\":1}", "unknown reason (code 1)"),
                arguments(200, "{\"code\":-7,\"result\":[\"kRYE+w/a==\"]}", "unknown reason (code -7)"),
                arguments(200, "{\"code\":\"123213456\",\"message\":null}", "unknown reason"),
                arguments(200, "{\"code\":\"secret\"}", "unknown reason"),
                // Cut off, contradictory, and followed by something.
                arguments(
                        200, "{\"session\":\"1\",\"user\":\"admin\",\"code\":\"1\",\"mess", "unknown reason (code 1)"),
                arguments(200, "{\"code\":\"0\",\"code\":\"1\",\"result\":[\"t\"]}", "unknown reason (code 1)"),
                arguments(200, "{\"code\":\"1\",\"code\":\"0\",\"result\":[\"t\"]}", "unknown reason (code 1)"),
                arguments(200, "{\"code\":" + "1".repeat(5_000), "unknown reason"),
                arguments(200, "{\"code\":1} trailing", "unknown reason (code 1)"));
    }

    private static String refusal(String message) {
        return "{\"code\":\"1\",\"message\":\"" + message.replace("\"", "\\\"") + "\",\"result\":[]}";
    }

    @ParameterizedTest
    @MethodSource
    void unusableAnswers(int status, String body, String reason) {
        assertThat(read(status, body)).isEqualTo(new LoginOutcome.Failed(MALFORMED, reason));
    }

    static Stream<Arguments> unusableAnswers() {
        String notJson = "the answer is not a JSON object";
        String noCode = "the answer holds no code";
        String noToken = "code 0 without a token";
        String unfit = "the token does not fit into a header";
        return Stream.of(
                arguments(200, "", "the answer is empty"),
                arguments(204, "", "the answer is empty"),
                arguments(200, " \r\n", "the answer is empty"),
                arguments(200, "<html>code: 1</html>", notJson),
                arguments(200, "[\"kRYE\"]", notJson),
                arguments(200, "\"kRYE\"", notJson),
                arguments(200, "null", notJson),
                arguments(200, "0", notJson),
                arguments(200, "{\"code\":\"0\",\"result\":[\"kRY", notJson),
                arguments(200, "{\"code\":\"0\",\"result\":[\"kRYE\"]} trailing", notJson),
                arguments(200, "{\"code\":\"0\",\"code\":\"0\",\"result\":[\"kRYE\"]}", notJson),
                arguments(200, "{\"code\":\"0\",\"result\":[\"a\"],\"result\":[\"b\"]}", notJson),
                arguments(200, "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000), notJson),
                arguments(200, "[".repeat(60_000), notJson),
                arguments(200, "{}", noCode),
                arguments(200, "{\"result\":[\"kRYE\"]}", noCode),
                arguments(200, "{\"code\":null,\"result\":[\"kRYE\"]}", noCode),
                arguments(200, "{\"code\":\"\",\"result\":[\"kRYE\"]}", noCode),
                arguments(200, "{\"code\":[0],\"result\":[\"kRYE\"]}", noCode),
                arguments(200, "{\"code\":false,\"result\":[\"kRYE\"]}", noCode),
                arguments(200, "{\"code\":\"0\"}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":null}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[null]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":\"\"}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[\" \\n\"]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[1]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[[\"kRYE\"]]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[\"a\",\"b\"]}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":{\"token\":\"a\"}}", noToken),
                arguments(200, "{\"code\":\"0\",\"result\":[\"kR\\u0000YE\"]}", unfit),
                arguments(200, "{\"code\":\"0\",\"result\":[\"kRYE\\\\n\"]}", unfit),
                arguments(200, "{\"code\":\"0\",\"result\":[\"密码\"]}", unfit),
                arguments(200, "{\"code\":\"0\",\"result\":[\"" + "a".repeat(5_000) + "\"]}", unfit),
                arguments(302, "", "HTTP status 302"),
                arguments(404, "Not Found", "HTTP status 404"),
                arguments(500, refusal("out of memory"), "HTTP status 500"),
                arguments(503, "{\"code\":\"0\",\"result\":[\"kRYE\"]}", "HTTP status 503"));
    }

    @Test
    void anAnswerInUtf16IsNotRead() {
        byte[] body = "{\"code\":\"0\",\"result\":[\"kRYE\"]}".getBytes(StandardCharsets.UTF_16);

        LoginOutcome outcome = LoginResponse.read(200, body);

        assertThat(outcome).isEqualTo(new LoginOutcome.Failed(MALFORMED, "the answer is not a JSON object"));
    }

    @ParameterizedTest
    @MethodSource("everyCutOfTheDocumentedRefusal")
    void noPartOfARefusalIsTakenForASuccess(String body) {
        assertThat(read(200, body)).isInstanceOf(LoginOutcome.Failed.class);
    }

    static Stream<String> everyCutOfTheDocumentedRefusal() {
        return Stream.iterate(0, i -> i <= DOCUMENTED_REFUSAL.length(), i -> i + 7)
                .map(i -> DOCUMENTED_REFUSAL.substring(0, i));
    }

    @Test
    void anOutcomeDoesNotPrintTheToken() {
        assertThat(ACCEPTED.toString()).contains("****").doesNotContain("kRYE");
        assertThat(LoginException.Kind.values()).hasSize(4);
    }

    private static LoginOutcome read(int status, String body) {
        return LoginResponse.read(status, body.getBytes(StandardCharsets.UTF_8));
    }
}
