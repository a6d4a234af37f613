package io.tpp.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The shapes of a refused login, see {@link Quirks.Refusal}. */
final class LoginRefusals {
    private static final int HUGE = 8_000_000;

    private LoginRefusals() {}

    static HttpAnswer answer(Quirks quirks, long session, String message) {
        int status = quirks.refusalStatus;
        HttpAnswer answer = switch (quirks.refusal) {
            case ENVELOPE -> HttpAnswer.json(status, failure(quirks, session, message));
            case UNESCAPED_QUOTES -> HttpAnswer.json(status, unescaped(session, message));
            case EMPTY_BODY -> HttpAnswer.json(status, new byte[0]);
            case HTML ->
                HttpAnswer.of(status, "text/html", "<html><body><h1>Bad Gateway</h1>" + message + "</body></html>");
            case TRUNCATED_JSON -> HttpAnswer.json(status, truncated(failure(quirks, session, message)));
            case SUCCESS_WITHOUT_TOKEN ->
                HttpAnswer.json(status, Envelope.success(quirks, session, Users.GUEST, "", null));
            case HUGE_BODY -> HttpAnswer.json(status, failure(quirks, session, message + " ".repeat(HUGE)));
        };
        return status == 401 ? answer.withHeader("WWW-Authenticate", "Bearer realm=\"DolphinDB\"") : answer;
    }

    private static byte[] failure(Quirks quirks, long session, String message) {
        return Envelope.failure(quirks, session, Users.GUEST, message);
    }

    private static byte[] unescaped(long session, String message) {
        String text = "{\"session\":\"" + session + "\",\"user\":\"guest\",\"code\":\"1\",\"message\":\"" + message
                + "\",\"result\":[]}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] truncated(byte[] json) {
        return Arrays.copyOf(json, json.length - 20);
    }
}
