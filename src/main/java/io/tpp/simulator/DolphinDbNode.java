package io.tpp.simulator;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Leads each request to its endpoint, and what happens to it to the records. Thread-safe. */
final class DolphinDbNode implements HttpHandler {
    private final Supplier<Quirks> quirks;
    private final Inspector inspector;
    private final TokenUse tokenUse;
    private final Recorder recorder;
    private final Violations violations;
    private final Faults faults;
    private final Endpoint login;
    private final Endpoint execute;
    private final Endpoint jsonApi;
    private final Endpoint mcp;
    private final ToolEndpoints tools;

    DolphinDbNode(
            Supplier<Quirks> quirks,
            Inspector inspector,
            TokenUse tokenUse,
            Recorder recorder,
            Violations violations,
            Faults faults,
            Endpoint login,
            Endpoint execute,
            Endpoint jsonApi,
            Endpoint mcp,
            ToolEndpoints tools) {
        this.quirks = quirks;
        this.inspector = inspector;
        this.tokenUse = tokenUse;
        this.recorder = recorder;
        this.violations = violations;
        this.faults = faults;
        this.login = login;
        this.execute = execute;
        this.jsonApi = jsonApi;
        this.mcp = mcp;
        this.tools = tools;
    }

    @Override
    public CompletableFuture<HttpAnswer> handle(Exchange exchange) throws IOException {
        exchange.identify(inspector.inspect(exchange));
        tokenUse.started(exchange);
        recorder.started(exchange);
        Fault fault = faults.take(exchange.request().path());
        return endpoint(exchange.request())
                .answer(exchange, quirks.get())
                .thenApply(answer -> fault == null ? answer : answer.withFault(fault));
    }

    private Endpoint endpoint(HttpRequest request) {
        String path = request.path();
        boolean root = path.equals("/");
        if (request.upgradesTo("websocket") && (root || path.equals(WebSockets.AGENT_BUS))) {
            return immediate(WebSockets::upgrade);
        }
        if (request.method().equals("POST") && JsonApiEndpoint.isPath(path)) {
            return jsonApi;
        }
        if (request.isPost(LoginEndpoint.PATH)) {
            return login;
        }
        if (request.isPost(ExecuteEndpoint.PATH)) {
            return execute;
        }
        if (request.isPost(McpEndpoint.PATH)) {
            return mcp;
        }
        return switch (path) {
            case "/" -> immediate(Pages::home);
            case "/metrics" -> immediate((exchange, q) -> Pages.metrics(exchange, recorder));
            case "/echo" -> immediate(tools::echo);
            case "/bytes" -> immediate(tools::bytes);
            case "/sink" -> immediate(tools::sink);
            default -> immediate(Pages::notFound);
        };
    }

    private static Endpoint immediate(Endpoint.Immediate endpoint) {
        return endpoint;
    }

    @Override
    public void ended(Exchange exchange, int status) {
        tokenUse.ended(exchange);
        recorder.ended(exchange, status);
    }

    @Override
    public void aborted(Exchange exchange) {
        tokenUse.aborted(exchange);
        recorder.aborted(exchange);
    }

    @Override
    public void malformed(String reason) {
        violations.add(Violation.MALFORMED_REQUEST, reason);
    }

    @Override
    public int maxConnections() {
        return quirks.get().maxConnections;
    }

    @Override
    public int requestsPerConnection() {
        return quirks.get().requestsPerConnection;
    }
}
