package io.tpp.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One place of the pool as it looked at one instant; never the token's value, nor anything made of it.
 *
 * @param number the token's number, from 1
 * @param credential the position of the credential it is logged in with, from 1
 * @param state exactly one, so that the counts of all add up to the pool's size
 * @param refreshing whether its next value is being obtained while this one is in use or can be
 * @param age how long ago the login of its value began; null: it never had one
 * @param remaining how long it has left; zero once it has ended; null: it has no value, or one that does not age
 * @param held whether someone has it on lease; the lease outlasts a value that is refused or expires
 * @param holder who has, as given to {@link TokenPool#newHolder(long)}; 0: nobody
 * @param running how many requests are under way with it
 * @param requests how many it was given to so far
 * @param refusals how often the upstream refused it, or answered as if it were dead
 * @param failedLogins how many logins for it failed
 */
public record TokenView(
        int number,
        int credential,
        State state,
        boolean refreshing,
        @Nullable Duration age,
        @Nullable Duration remaining,
        boolean held,
        long holder,
        int running,
        long requests,
        long refusals,
        long failedLogins) {
    /** What a token can be; the order is that in which people want to see them. */
    public enum State {
        /** Leased, and can be sent. */
        IN_USE,
        /** Can be leased. */
        AVAILABLE,
        /** Held back until a probe has shown that it is alive. */
        SUSPECT,
        /** Cannot be used, but a login is under way. */
        LOGGING_IN,
        /** Dead before its time. */
        REFUSED,
        /** Older than its ttl. */
        EXPIRED,
        /** Never obtained. */
        VACANT;

        /** Returns whether requests can go with it. */
        public boolean isUsable() {
            return this == IN_USE || this == AVAILABLE;
        }
    }

    static TokenView of(PooledToken token, long ttlNanos, long now) {
        State state = state(token, ttlNanos, now);
        Holder holder = token.holder;
        return new TokenView(
                token.number(),
                token.credential,
                state,
                token.loggingIn && state.isUsable(),
                token.value == null ? null : Duration.ofNanos(now - token.obtainedAt),
                token.value == null || !token.ages ? null : remaining(token, ttlNanos, now),
                holder != null,
                holder == null ? 0 : holder.owner,
                holder == null ? 0 : holder.running,
                token.requests,
                token.refusals,
                token.failedLogins);
    }

    private static State state(PooledToken token, long ttlNanos, long now) {
        if (token.valid) {
            return token.holder == null ? State.AVAILABLE : State.IN_USE;
        }
        if (token.suspect) {
            return State.SUSPECT;
        }
        if (token.loggingIn) {
            return State.LOGGING_IN;
        }
        if (token.value == null) {
            return State.VACANT;
        }
        return token.ages && now - token.obtainedAt >= ttlNanos ? State.EXPIRED : State.REFUSED;
    }

    private static Duration remaining(PooledToken token, long ttlNanos, long now) {
        boolean alive = token.valid || token.suspect;
        return alive ? Duration.ofNanos(Math.max(0, token.obtainedAt + ttlNanos - now)) : Duration.ZERO;
    }
}
