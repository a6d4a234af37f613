package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token the server gave out. Its value is known to {@link TicketOffice} only; everyone else knows
 * it by its number, from 1 in order of login. Thread-safe.
 */
final class Ticket {
    /** Why a token is no longer good. */
    enum Death {
        EXPIRED("expired"),
        REVOKED("revoked"),
        CANCELLED("cancelled by a newer login"),
        RESTARTED("dropped by a restart");

        private final String words;

        Death(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private final int number;
    private final String user;
    private final AtomicBoolean refused = new AtomicBoolean();
    private final long issuedNanos;
    private final boolean lasting;
    private volatile @Nullable Death death;

    @GuardedBy("this")
    private @Nullable Session session;

    Ticket(int number, String user, long issuedNanos, boolean lasting) {
        this.number = number;
        this.user = user;
        this.issuedNanos = issuedNanos;
        this.lasting = lasting;
    }

    int number() {
        return number;
    }

    String user() {
        return user;
    }

    long issuedNanos() {
        return issuedNanos;
    }

    /** Returns whether neither time nor a restart ends it. */
    boolean lasting() {
        return lasting;
    }

    /** Returns why it is no longer good; null while it is. */
    @Nullable
    Death death() {
        return death;
    }

    /** Ends its life; the first reason stays. */
    synchronized void die(Death reason) {
        if (death == null) {
            death = reason;
        }
    }

    /** Notes that its holder has been told that it is dead. */
    void refuse() {
        refused.set(true);
    }

    boolean wasRefused() {
        return refused.get();
    }

    /** Returns the session that belongs to this token, which is opened now if there is none. */
    synchronized Session sessionOr(Supplier<Session> opener) {
        Session known = session;
        if (known == null) {
            known = opener.get();
            session = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return "token " + number;
    }
}
