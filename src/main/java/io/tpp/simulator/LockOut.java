package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts failed logins per user and address ({@code enhancedSecurityVerification}). A user is locked
 * from the failure that reaches the limit until the lock time has passed since then. Thread-safe.
 */
final class LockOut {
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Map<String, Deque<Long>> failures = new HashMap<>();

    LockOut(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized boolean isLocked(String user, String address, Quirks quirks) {
        return quirks.lockAfter > 0 && recent(user, address, quirks).size() >= quirks.lockAfter;
    }

    synchronized void failed(String user, String address, Quirks quirks) {
        if (quirks.lockAfter > 0) {
            recent(user, address, quirks).add(nanoTime.getAsLong());
        }
    }

    synchronized void succeeded(String user, String address) {
        failures.remove(key(user, address));
    }

    /** Forgets failures older than the lock time, counted from the newest once the limit is reached. */
    @GuardedBy("this")
    private Deque<Long> recent(String user, String address, Quirks quirks) {
        Deque<Long> times = failures.computeIfAbsent(key(user, address), key -> new ArrayDeque<>());
        long now = nanoTime.getAsLong();
        long lockNanos = quirks.lockTime.toNanos();
        if (times.size() >= quirks.lockAfter) {
            if (!times.isEmpty() && now - times.getLast() >= lockNanos) {
                times.clear();
            }
        } else {
            times.removeIf(time -> now - time >= lockNanos);
        }
        return times;
    }

    private static String key(String user, String address) {
        return user + '\n' + address;
    }
}
