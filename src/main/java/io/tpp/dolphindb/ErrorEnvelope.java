package io.tpp.dolphindb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tpp.json.Json;

/**
 * The body of the answers that TPP makes itself, in the form DolphinDB gives its own failures, so that a DolphinDB
 * client understands them (REST API manual, {@code /api/login}). Stateless.
 */
public final class ErrorEnvelope {
    public static final String CONTENT_TYPE = "application/json";

    private ErrorEnvelope() {}

    /** Returns the JSON in UTF-8; {@code TPP: } is put before {@code message}. */
    public static byte[] of(String message) {
        ObjectNode envelope = JsonNodeFactory.instance
                .objectNode()
                .put("session", "")
                .put("user", "")
                .put("code", "1")
                .put("message", "TPP: " + message);
        envelope.putArray("result");
        return Json.bytes(envelope);
    }
}
