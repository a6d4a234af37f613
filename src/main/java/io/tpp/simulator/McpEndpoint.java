package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /mcp}: Streamable HTTP, answered in JSON, or in events if the client accepts them.
 *
 * <p>Only the transport is real; every call gets the same invented result. With {@code ?gate=name}
 * each event after the first waits at that gate, so that a test can see events pass one by one.
 */
final class McpEndpoint implements Endpoint {
    static final String PATH = "/mcp";
    private static final int PROGRESS_EVENTS = 2;

    private final Gates gates;
    private final AtomicLong opened = new AtomicLong();

    McpEndpoint(Gates gates) {
        this.gates = gates;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException {
        JsonNode call = Json.parse(exchange.request().body().readAllBytes());
        HttpAnswer refusal = Admission.refusal(exchange, quirks);
        if (refusal != null) {
            return CompletableFuture.completedFuture(refusal);
        }
        HttpAnswer answer = acceptsEvents(exchange)
                ? HttpAnswer.streamed("text/event-stream", -1, out -> events(exchange, call, out))
                : HttpAnswer.json(200, Json.bytes(result(call)));
        return CompletableFuture.completedFuture(answer.withHeader("Mcp-Session-Id", sessionId(exchange)));
    }

    private static boolean acceptsEvents(Exchange exchange) {
        return exchange.request().headers().all("Accept").stream().anyMatch(a -> a.contains("text/event-stream"));
    }

    private String sessionId(Exchange exchange) {
        String given = exchange.request().headers().first("Mcp-Session-Id");
        return given != null ? given : "mcp-" + opened.incrementAndGet();
    }

    private void events(Exchange exchange, JsonNode call, OutputStream out) throws IOException {
        String gate = exchange.request().parameter("gate");
        for (int event = 1; event <= PROGRESS_EVENTS; event++) {
            ObjectNode progress = Json.object().put("jsonrpc", "2.0").put("method", "notifications/progress");
            progress.putObject("params").put("progress", event);
            send(progress, out);
            pass(exchange, gate);
        }
        send(result(call), out);
    }

    private void pass(Exchange exchange, @Nullable String gate) throws IOException {
        if (gate == null) {
            return;
        }
        try {
            exchange.untilGone(gates.named(gate).pass()).get();
        } catch (ExecutionException e) {
            throw new ClientGoneException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void send(JsonNode message, OutputStream out) throws IOException {
        String event = "event: message\ndata: " + message + "\n\n";
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static JsonNode result(JsonNode call) {
        ObjectNode reply = Json.object().put("jsonrpc", "2.0");
        reply.set("id", call.path("id").isMissingNode() ? Json.object().nullNode() : call.path("id"));
        reply.putObject("result").put("method", call.path("method").asText(""));
        return reply;
    }
}
