package io.tpp.simulator;

import io.tpp.secret.Secret;
import io.tpp.simulator.HttpFields.Field;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as known when its head had come. Immutable.
 *
 * @param authorization whether there was a token
 * @param ticket the token, dead or alive; null if there is none or it was never given out
 * @param alive whether the token was good
 * @param clientConnection the client connection the request came from, as {@code ip:port}
 */
record Caller(Authorization.Kind authorization, @Nullable Ticket ticket, boolean alive, String clientConnection) {
    private static final Set<String> SECRET_HEADERS = Set.of("x-api-key", "proxy-authorization", "cookie");

    static final int NO_TOKEN = 0;
    static final int UNKNOWN_TOKEN = -1;

    /** Returns the token's number, {@link #NO_TOKEN} or {@link #UNKNOWN_TOKEN}. */
    int tokenNumber() {
        if (ticket != null) {
            return ticket.number();
        }
        return authorization == Authorization.Kind.NONE ? NO_TOKEN : UNKNOWN_TOKEN;
    }

    /** Returns whose token it is, or {@code guest} without a good token. */
    String user() {
        return alive && ticket != null ? ticket.user() : Users.GUEST;
    }

    /** Returns the header fields as text, with the token's number for its value and no other secret. */
    List<String> masked(HttpFields headers) {
        return headers.fields().stream().map(this::masked).toList();
    }

    private String masked(Field field) {
        if (field.name().equalsIgnoreCase("Authorization")) {
            return field.name() + ": " + maskedAuthorization();
        }
        boolean secret = SECRET_HEADERS.contains(field.name().toLowerCase(Locale.ROOT));
        return field.name() + ": " + (secret ? Secret.MASK : field.value());
    }

    private String maskedAuthorization() {
        if (authorization != Authorization.Kind.BEARER) {
            return "<malformed>";
        }
        return ticket == null ? "Bearer <unknown token>" : "Bearer <" + ticket + ">";
    }
}
