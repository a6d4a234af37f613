package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.access.ClientId;
import io.tpp.access.ConnectionCounts;
import org.jspecify.annotations.Nullable;

/**
 * Whose a connection is, and its place among that client's connections.
 *
 * <p>It is one client's as long as it lasts: its token has a session at DolphinDB, with whatever that client left there.
 *
 * <p>Thread-safe.
 */
final class Membership {
    /** What came of a client that wants the connection to be its own. */
    enum Outcome {
        ADMITTED,
        /** It is another client's. */
        TAKEN,
        /** The client has as many connections as it may. */
        TOO_MANY
    }

    private final ConnectionCounts counts;

    /** Whose it is; null: not known yet. */
    @GuardedBy("this")
    private @Nullable ClientId owner;

    /** As whose it is counted; null: it is not. */
    @GuardedBy("this")
    private @Nullable ClientId counted;

    @GuardedBy("this")
    private boolean ended;

    Membership(ConnectionCounts counts) {
        this.counts = counts;
    }

    /** Counts the connection as one of a client. Returns false if that has as many as it may. */
    synchronized boolean count(ClientId client) {
        if (!counts.enter(client)) {
            return false;
        }
        counted = client;
        return true;
    }

    /** Makes it a client's, and counts it as such, no longer as one of its address. */
    synchronized Outcome claim(ClientId client) {
        if (owner != null) {
            return owner.equals(client) ? Outcome.ADMITTED : Outcome.TAKEN;
        }
        ClientId before = counted;
        if (!ended && !count(client)) {
            return Outcome.TOO_MANY;
        }
        if (before != null) {
            counts.leave(before);
        }
        owner = client;
        return Outcome.ADMITTED;
    }

    /** Returns whose it is; null: not known yet, or nobody's in particular. */
    synchronized @Nullable ClientId owner() {
        return owner;
    }

    /** The connection has ended. */
    synchronized void end() {
        ended = true;
        if (counted != null) {
            counts.leave(counted);
            counted = null;
        }
    }
}
