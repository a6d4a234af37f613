package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * DolphinDB's answer, as the REST manual shows it for {@code /api/login}: {@code session},
 * {@code user}, {@code code}, {@code message}, {@code result}. That {@code /api/execute} uses the
 * same one, and how values stand in {@code result}, is <em>inferred</em>.
 */
final class Envelope {
    private Envelope() {}

    /** Returns a success; {@code value} null leaves {@code result} empty. */
    static byte[] success(Quirks quirks, long session, String user, String message, @Nullable JsonNode value) {
        ArrayNode result = Json.array();
        if (value != null) {
            result.add(value);
        }
        return Json.bytes(envelope(quirks, session, user, 0, message).set("result", result));
    }

    static byte[] failure(Quirks quirks, long session, String user, String message) {
        return Json.bytes(envelope(quirks, session, user, 1, message).set("result", Json.array()));
    }

    private static ObjectNode envelope(Quirks quirks, long session, String user, int code, String message) {
        ObjectNode envelope = Json.object();
        if (quirks.numbers) {
            envelope.put("session", session).put("user", user).put("code", code);
        } else {
            envelope.put("session", Long.toString(session)).put("user", user).put("code", Integer.toString(code));
        }
        return envelope.put("message", message);
    }
}
