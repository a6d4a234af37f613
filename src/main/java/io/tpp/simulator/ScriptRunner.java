package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs scripts: through the test's gate, then in turn within the session, then with one of the web
 * workers. Waits without threads, and gives up when the client leaves. Thread-safe.
 */
final class ScriptRunner {
    private final Gate hold;
    private final Gates gates;
    private final Permits webWorkers;
    private final Timer timer;
    private final Users users;
    private final Violations violations;

    ScriptRunner(Gate hold, Gates gates, Permits webWorkers, Timer timer, Users users, Violations violations) {
        this.hold = hold;
        this.gates = gates;
        this.webWorkers = webWorkers;
        this.timer = timer;
        this.users = users;
        this.violations = violations;
    }

    /** Returns the script's value; fails with a {@link ScriptException}, or if the client leaves. */
    CompletableFuture<JsonNode> run(Exchange exchange, Quirks quirks, Session session, String user, String text) {
        Context context = new Context(exchange, session, user);
        Supplier<CompletableFuture<JsonNode>> work = () -> exchange.untilGone(timer.after(quirks.executeDelay))
                .thenCompose(delayed -> Script.parse(text).run(context));
        return exchange.untilGone(hold.pass())
                .thenCompose(passed ->
                        inTurn(exchange, quirks, session, () -> webWorkers.during(exchange, quirks.webWorkers, work)));
    }

    private CompletableFuture<JsonNode> inTurn(
            Exchange exchange, Quirks quirks, Session session, Supplier<CompletableFuture<JsonNode>> work) {
        if (quirks.sessionClash == Quirks.SessionClash.SERIALIZE) {
            return session.turns().during(exchange, 1, work);
        }
        if (!session.turns().isIdle()) {
            if (quirks.sessionClash == Quirks.SessionClash.ERROR) {
                return CompletableFuture.failedFuture(new ScriptException("The session is busy."));
            }
            violations.add(Violation.SESSION_SHARED, "session " + session.id() + " had two requests at once");
        }
        return session.turns().during(exchange, 0, work);
    }

    /** One run's view of the server. */
    private final class Context implements ScriptContext {
        private final Exchange exchange;
        private final Session session;
        private String user;

        Context(Exchange exchange, Session session, String user) {
            this.exchange = exchange;
            this.session = session;
            this.user = user;
        }

        @Override
        public Map<String, JsonNode> variables() {
            return session.variables();
        }

        @Override
        public String user() {
            return user;
        }

        @Override
        public boolean login(String name, String password) {
            if (!users.matches(name, password)) {
                return false;
            }
            user = name;
            session.user(name);
            return true;
        }

        @Override
        public JsonNode sessionAndUser() {
            HttpConnection connection = exchange.connection();
            return Json.array()
                    .add(session.id())
                    .add(user)
                    .add(connection.remoteAddress())
                    .add(connection.remotePort());
        }

        @Override
        public JsonNode whoAmI() {
            Caller caller = exchange.caller();
            ObjectNode me = Json.object();
            return me.put("token", caller.tokenNumber())
                    .put("user", user)
                    .put("connection", exchange.connection().id())
                    .put("client", caller.clientConnection());
        }

        @Override
        public JsonNode headers() {
            var headers = Json.array();
            exchange.caller().masked(exchange.request().headers()).forEach(headers::add);
            return headers;
        }

        @Override
        public CompletableFuture<?> sleep(Duration duration) {
            return exchange.untilGone(timer.after(duration));
        }

        @Override
        public CompletableFuture<?> gate(String name) {
            return exchange.untilGone(gates.named(name).pass());
        }
    }
}
