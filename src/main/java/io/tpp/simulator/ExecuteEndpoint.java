package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/execute} (REST manual); the shape of its answer is inferred from the login's. */
final class ExecuteEndpoint implements Endpoint {
    static final String PATH = "/api/execute";

    private final ScriptRunner runner;
    private final Sessions sessions;

    ExecuteEndpoint(ScriptRunner runner, Sessions sessions) {
        this.runner = runner;
        this.sessions = sessions;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException {
        byte[] body = quirks.refusingBeforeBody
                ? new byte[0]
                : exchange.request().body().readAllBytes();
        HttpAnswer refusal = Admission.refusal(exchange, quirks);
        if (refusal != null) {
            return CompletableFuture.completedFuture(refusal);
        }
        if (quirks.refusingBeforeBody) {
            body = exchange.request().body().readAllBytes();
        }
        return execute(exchange, quirks, Json.parse(body).path("script"));
    }

    private CompletableFuture<HttpAnswer> execute(Exchange exchange, Quirks quirks, JsonNode script) {
        Session session = session(exchange, quirks);
        Caller caller = exchange.caller();
        String user = caller.alive() ? caller.user() : session.user();
        CompletableFuture<JsonNode> value = script.isTextual()
                ? runner.run(exchange, quirks, session, user, script.asText())
                : CompletableFuture.failedFuture(new ScriptException("The request holds no script."));
        return value.handle((result, failure) -> failure == null
                ? success(quirks, session, user, result)
                : failed(quirks, session, user, script.asText(), failure));
    }

    private Session session(Exchange exchange, Quirks quirks) {
        Caller caller = exchange.caller();
        String id = exchange.request().headers().first("sessionID");
        Ticket ticket = caller.ticket();
        if (id == null && quirks.sessionPerToken && ticket != null && caller.alive()) {
            return ticket.sessionOr(() -> sessions.open(caller.user()));
        }
        return sessions.findOrOpen(id, caller.user());
    }

    private static HttpAnswer success(Quirks quirks, Session session, String user, JsonNode value) {
        byte[] envelope = Envelope.success(quirks, session.id(), user, "", present(value));
        HttpAnswer answer = HttpAnswer.json(200, envelope);
        return quirks.chunked ? answer.inChunks() : answer;
    }

    private static @Nullable JsonNode present(JsonNode value) {
        return value.isMissingNode() ? null : value;
    }

    private static HttpAnswer failed(Quirks quirks, Session session, String user, String script, Throwable failure) {
        String message = ScriptException.messageOf(script, failure);
        if (message == null) {
            throw new CompletionException(ScriptException.unwrap(failure));
        }
        return HttpAnswer.json(quirks.scriptErrorStatus, Envelope.failure(quirks, session.id(), user, message));
    }
}
