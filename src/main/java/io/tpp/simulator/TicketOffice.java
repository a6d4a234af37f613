package io.tpp.simulator;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives out tokens and knows which are good.
 *
 * <p>A value is 128 random bytes in base64, 172 characters, as in the REST manual's example. Dead
 * tokens are remembered, so that their use can be named; the oldest of very many are forgotten.
 * Thread-safe.
 */
final class TicketOffice {
    private static final int BYTES = 128;
    private static final int REMEMBERED = 50_000;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();
    private final Supplier<Quirks> quirks;
    private final LongSupplier nanoTime;
    private int issued;

    TicketOffice(Supplier<Quirks> quirks, LongSupplier nanoTime) {
        this.quirks = quirks;
        this.nanoTime = nanoTime;
    }

    /** A new token and its value, for the answer to the login; not a record, so that it prints nothing. */
    static final class Issued {
        private final Ticket ticket;
        private final String value;

        private Issued(Ticket ticket, String value) {
            this.ticket = ticket;
            this.value = value;
        }

        Ticket ticket() {
            return ticket;
        }

        /** Returns the value in lines of 64 characters, each with its line feed. */
        String lines() {
            Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
            return encoder.encodeToString(Base64.getDecoder().decode(value)) + "\n";
        }

        String singleLine() {
            return value;
        }
    }

    /** Returns a new token, or null if that user may have no more. */
    synchronized @Nullable Issued issue(String user) {
        int max = quirks.get().maxLiveTokensPerUser;
        if (max > 0 && fromLogins(user).count() >= max) {
            return null;
        }
        if (quirks.get().newLoginCancelsOlder) {
            fromLogins(user).forEach(t -> t.die(Ticket.Death.CANCELLED));
        }
        return issue(user, false);
    }

    /** Returns a new token that no login gave: it has no expiry and outlives restarts. */
    synchronized Issued issueAccessToken(String user) {
        return issue(user, true);
    }

    private Stream<Ticket> fromLogins(String user) {
        return live().stream().filter(t -> !t.lasting() && t.user().equals(user));
    }

    private Issued issue(String user, boolean lasting) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String value = new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
        Ticket ticket = new Ticket(++issued, user, nanoTime.getAsLong(), lasting);
        tickets.put(value, ticket);
        forgetOldest();
        return new Issued(ticket, value);
    }

    /** Returns the token with this value, good or not; null if it was never given out. */
    @Nullable
    Ticket find(String value) {
        Ticket ticket = tickets.get(value);
        if (ticket != null) {
            expireIfOld(ticket);
        }
        return ticket;
    }

    List<Ticket> live() {
        tickets.values().forEach(this::expireIfOld);
        return tickets.values().stream().filter(t -> t.death() == null).toList();
    }

    /** Ends one token's life, or all of them with number 0. */
    void kill(int number, Ticket.Death reason) {
        for (Ticket ticket : tickets.values()) {
            if (number == 0 || ticket.number() == number) {
                ticket.die(reason);
            }
        }
    }

    /** Ends the life of all tokens that logins gave. */
    void restart() {
        tickets.values().stream().filter(t -> !t.lasting()).forEach(t -> t.die(Ticket.Death.RESTARTED));
    }

    private void expireIfOld(Ticket ticket) {
        Duration ttl = quirks.get().tokenTtl;
        if (!ttl.isZero() && !ticket.lasting() && nanoTime.getAsLong() - ticket.issuedNanos() >= ttl.toNanos()) {
            ticket.die(Ticket.Death.EXPIRED);
        }
    }

    private void forgetOldest() {
        if (tickets.size() > REMEMBERED) {
            int oldest = issued - REMEMBERED / 2;
            tickets.values().removeIf(t -> t.death() != null && t.number() < oldest);
        }
    }
}
