package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/login} (REST manual).
 *
 * <p>As the real server does, a refusal repeats user name and password in its message. The texts
 * about locked users and too many tokens are <em>invented</em>.
 */
final class LoginEndpoint implements Endpoint {
    static final String PATH = "/api/login";

    private final Users users;
    private final TicketOffice tickets;
    private final Sessions sessions;
    private final LockOut lockOut;
    private final Recorder recorder;
    private final Timer timer;
    private final Runnable crash;

    LoginEndpoint(
            Users users,
            TicketOffice tickets,
            Sessions sessions,
            LockOut lockOut,
            Recorder recorder,
            Timer timer,
            Runnable crash) {
        this.users = users;
        this.tickets = tickets;
        this.sessions = sessions;
        this.lockOut = lockOut;
        this.recorder = recorder;
        this.timer = timer;
        this.crash = crash;
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(Exchange exchange, Quirks quirks) throws IOException {
        JsonNode body = Json.parse(exchange.request().body().readAllBytes());
        String user = body.path("username").asText("");
        String password = body.path("password").asText("");
        int parallel = recorder.loginStarted();
        if (quirks.crashAboveParallelLogins > 0 && parallel > quirks.crashAboveParallelLogins) {
            recorder.loginEnded();
            crash.run();
            return CompletableFuture.failedFuture(new ClientGoneException());
        }
        return exchange.untilGone(timer.after(quirks.loginDelay))
                .whenComplete((delayed, failure) -> recorder.loginEnded())
                .thenApply(delayed -> decide(exchange, quirks, user, password));
    }

    private HttpAnswer decide(Exchange exchange, Quirks quirks, String user, String password) {
        String address = exchange.connection().remoteAddress();
        if (lockOut.isLocked(user, address, quirks)) {
            return refuse(exchange, quirks, user, password, "The user [" + user + "] is locked.");
        }
        if (quirks.refusingEveryLogin || !users.matches(user, password)) {
            lockOut.failed(user, address, quirks);
            return refuse(exchange, quirks, user, password, "The user name or password is incorrect.");
        }
        lockOut.succeeded(user, address);
        TicketOffice.Issued issued = tickets.issue(user);
        if (issued == null) {
            return refuse(exchange, quirks, user, password, "The user [" + user + "] has too many tokens.");
        }
        return accept(exchange, quirks, user, issued);
    }

    private HttpAnswer accept(Exchange exchange, Quirks quirks, String user, TicketOffice.Issued issued) {
        record(exchange, user, issued.ticket());
        JsonNode token = TextNode.valueOf(quirks.singleLineTokens ? issued.singleLine() : issued.lines());
        long session = sessions.open(user).id();
        return HttpAnswer.json(200, Envelope.success(quirks, session, user, quirks.loginMessage, token));
    }

    private HttpAnswer refuse(Exchange exchange, Quirks quirks, String user, String password, String reason) {
        record(exchange, user, null);
        String message = "login(\"" + user + "\", \"" + password + "\") => " + reason;
        return LoginRefusals.answer(quirks, sessions.open(Users.GUEST).id(), message);
    }

    private void record(Exchange exchange, String user, @Nullable Ticket ticket) {
        int number = ticket == null ? 0 : ticket.number();
        recorder.login(new SeenLogin(user, number, exchange.connection().id(), Instant.now()));
    }
}
