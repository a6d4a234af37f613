package io.tpp.dolphindb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.json.Json;
import io.tpp.token.LoginException.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads DolphinDB's answer to the script {@code getCurrentSessionAndUser()}.
 *
 * <p>The script gives {@code (session, "user", "address", port)}. That {@code /api/execute} answers in the envelope of
 * {@code /api/login}, and how the value stands in {@code result}, is not documented, so the user is looked for in both.
 * A token is dead if the upstream says so or if the user is {@code guest} or another one; anything that is no answer to the
 * question leaves it open. Never throws. Stateless.
 */
final class ProbeResponse {
    private static final ObjectMapper JSON = new ObjectMapper(Json.factory());

    /** What the upstream calls a caller it does not know, whichever the status. */
    private static final String NOT_AUTHENTICATED = "<NotAuthenticated>";

    /** What was found; if there is a failure, nothing. */
    record Finding(boolean alive, LoginOutcome.@Nullable Failed failure) {}

    private ProbeResponse() {}

    /** Returns what the answer means for a token of {@code user}; null: not known whose it is. */
    static Finding read(RestCall.Reply reply, @Nullable String user) {
        if (reply.status == 401 || reply.status == 403) {
            return new Finding(false, null);
        }
        if (reply.failure != null) {
            return new Finding(false, reply.failure);
        }
        String text = new String(reply.body, StandardCharsets.UTF_8);
        if (text.contains(NOT_AUTHENTICATED)) {
            return new Finding(false, null);
        }
        return reply.status == 200 ? read(text, user) : unclear("HTTP status " + reply.status);
    }

    private static Finding read(String text, @Nullable String expected) {
        JsonNode answer = parse(text);
        String code = answer.path("code").asText().strip();
        if (!code.equals("0")) {
            return unclear(code.isEmpty() ? "the answer holds no code" : "the script failed");
        }
        String user = userIn(answer);
        return user == null ? unclear("the answer holds no user") : new Finding(isAlive(user, expected), null);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }

    /** DolphinDB's documents do not say whether the case of a user's name counts; if it does, nobody has two such names. */
    private static boolean isAlive(String user, @Nullable String expected) {
        return !user.equalsIgnoreCase(DeadTokenDetector.GUEST) && (expected == null || user.equalsIgnoreCase(expected));
    }

    private static @Nullable String userIn(JsonNode answer) {
        JsonNode value = answer.path("result");
        if (value.path(0).isArray()) {
            value = value.path(0);
        }
        JsonNode user = value.path(1).isTextual() ? value.path(1) : answer.path("user");
        return user.isTextual() && !user.asText().isEmpty() ? user.asText() : null;
    }

    private static Finding unclear(String reason) {
        return new Finding(false, new LoginOutcome.Failed(Kind.MALFORMED, reason));
    }
}
