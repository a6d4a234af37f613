package io.tpp.simulator;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sent a request and notes wrong use of tokens and keys. Thread-safe.
 *
 * <p>The client connection is what the {@code for} parameter of the last element of
 * {@code Forwarded} names (RFC 7239), if it has a port; otherwise the connection to the simulator.
 */
final class Inspector {
    private static final Pattern FORWARDED_FOR =
            Pattern.compile("(?:^|;)\\s*for=\"?([^;\"]+:\\d+)\"?", Pattern.CASE_INSENSITIVE);

    private final TicketOffice tickets;
    private final Violations violations;

    Inspector(TicketOffice tickets, Violations violations) {
        this.tickets = tickets;
        this.violations = violations;
    }

    Caller inspect(Exchange exchange) {
        HttpRequest request = exchange.request();
        Authorization authorization = Authorization.of(request.headers());
        Ticket ticket = authorization.kind() == Authorization.Kind.BEARER ? tickets.find(authorization.value()) : null;
        boolean alive = ticket != null && ticket.death() == null;
        note(request, authorization.kind(), ticket);
        return new Caller(authorization.kind(), ticket, alive, clientConnection(exchange));
    }

    private void note(HttpRequest request, Authorization.Kind kind, @Nullable Ticket ticket) {
        String path = request.path();
        if (request.headers().first("X-API-Key") != null) {
            violations.add(Violation.API_KEY_LEAKED, "an X-API-Key header came with " + path);
        }
        switch (kind) {
            case NONE -> {
                if (request.isPost(ExecuteEndpoint.PATH)) {
                    violations.add(Violation.NO_AUTHORIZATION, "no Authorization came with " + path);
                }
            }
            case MALFORMED ->
                violations.add(Violation.MALFORMED_AUTHORIZATION, "a malformed Authorization came with " + path);
            case BEARER -> noteDead(path, ticket);
        }
    }

    private void noteDead(String path, @Nullable Ticket ticket) {
        if (ticket == null) {
            violations.add(Violation.UNKNOWN_TOKEN, "a token that was never given out came with " + path);
            return;
        }
        Ticket.Death death = ticket.death();
        if (death != null) {
            violations.add(kind(ticket, death), ticket + ", which is " + death + ", came with " + path);
        }
    }

    private static Violation kind(Ticket ticket, Ticket.Death death) {
        if (ticket.wasRefused()) {
            return Violation.REFUSED_TOKEN_AGAIN;
        }
        return death == Ticket.Death.EXPIRED ? Violation.EXPIRED_TOKEN : Violation.REVOKED_TOKEN;
    }

    private static String clientConnection(Exchange exchange) {
        List<String> forwarded = exchange.request().headers().all("Forwarded");
        if (!forwarded.isEmpty()) {
            String last = forwarded.get(forwarded.size() - 1);
            Matcher matcher = FORWARDED_FOR.matcher(last.substring(last.lastIndexOf(',') + 1));
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return exchange.connection().remote();
    }
}
