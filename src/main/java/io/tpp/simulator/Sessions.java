package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The server's sessions by number; of very many, those opened first are forgotten. Thread-safe.
 *
 * <p>Numbers look random, fit 32 bits and are the same in every run.
 */
final class Sessions {
    private static final int REMEMBERED = 10_000;
    private static final long FACTOR = 2_654_435_761L;
    private static final long BITS_32 = 0xffff_ffffL;

    private final Executor workers;

    @GuardedBy("this")
    private final Map<Long, Session> sessions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Session> eldest) {
            return size() > REMEMBERED;
        }
    };

    @GuardedBy("this")
    private long opened;

    Sessions(Executor workers) {
        this.workers = workers;
    }

    synchronized Session open(String user) {
        // An odd factor maps the counter one to one onto 32 bits.
        long id = (++opened * FACTOR) & BITS_32;
        Session session = new Session(id, user, new Permits(workers));
        sessions.put(id, session);
        return session;
    }

    /** Returns the session of that number, or a new one if the number is null, not one, or unknown. */
    synchronized Session findOrOpen(@Nullable String id, String user) {
        Session known = id == null || id.length() > 10 || !id.matches("\\d+") ? null : sessions.get(Long.parseLong(id));
        return known != null ? known : open(user);
    }

    synchronized void dropAll() {
        sessions.clear();
    }

    /** Returns how many were opened, ever. */
    synchronized long opened() {
        return opened;
    }

    synchronized int size() {
        return sessions.size();
    }
}
