package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The older JSON API (manual "JSON API"): {@code POST /} and {@code POST /<sessionID>} with
 * {@code executeCode}. Logged in is who called {@code login} in that session, or, which is a guess,
 * whose token came with the request.
 */
final class JsonApiEndpoint implements Endpoint {
    private final ScriptRunner runner;
    private final Sessions sessions;

    JsonApiEndpoint(ScriptRunner runner, Sessions sessions) {
        this.runner = runner;
        this.sessions = sessions;
    }

    /** Returns whether a path is {@code /} or {@code /} and a session's number. */
    static boolean isPath(String path) {
        return path.startsWith("/") && path.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException {
        JsonNode call = Json.parse(exchange.request().body().readAllBytes());
        Session session = sessions.findOrOpen(
                call.path("sessionID").asText(""), exchange.caller().user());
        if (!call.path("functionName").asText().equals("executeCode")) {
            return CompletableFuture.completedFuture(
                    reply(session, "1", "The function is not supported: only executeCode is.", Json.array()));
        }
        String script = call.path("params").path(0).path("value").asText("");
        String user = exchange.caller().alive() ? exchange.caller().user() : session.user();
        return runner.run(exchange, quirks, session, user, script)
                .handle((value, failure) -> failure == null
                        ? reply(session, "0", "", Json.array().add(form(value)))
                        : failed(session, script, failure));
    }

    private static HttpAnswer failed(Session session, String script, Throwable failure) {
        String message = ScriptException.messageOf(script, failure);
        if (message == null) {
            throw new CompletionException(ScriptException.unwrap(failure));
        }
        return reply(session, "1", message, Json.array());
    }

    private static HttpAnswer reply(Session session, String resultCode, String message, ArrayNode object) {
        ObjectNode reply = Json.object();
        reply.put("sessionID", Long.toString(session.id()))
                .put("userId", session.user())
                .put("resultCode", resultCode)
                .put("msg", message);
        return HttpAnswer.json(200, Json.bytes(reply.set("object", object)));
    }

    /** Returns a value as the manual shows it: scalars as texts, tables as columns. */
    private static ObjectNode form(JsonNode value) {
        ObjectNode form = Json.object().put("name", "");
        if (value.isArray() && value.path(0).isObject()) {
            form.put("form", "table").put("size", Integer.toString(value.size()));
            return form.set("value", Json.array().add(column("id", value)).add(column("val", value)));
        }
        String type = value.isMissingNode() ? "void" : value.isTextual() ? "string" : "int";
        form.put("form", "scalar").put("type", type);
        return form.put("value", value.isArray() ? value.toString() : value.asText());
    }

    private static ObjectNode column(String name, JsonNode rows) {
        ArrayNode values = Json.array();
        rows.forEach(row -> values.add(row.path(name)));
        ObjectNode column = Json.object();
        column.put("name", name).put("form", "vector").put("type", "int").put("size", Integer.toString(values.size()));
        return column.set("value", values);
    }
}
