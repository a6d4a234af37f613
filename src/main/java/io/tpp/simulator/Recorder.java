package io.tpp.simulator;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Counts and remembers what the simulator saw; of very many requests and logins only the newest.
 * Thread-safe.
 */
final class Recorder {
    private static final int REMEMBERED = 20_000;
    private static final long LOOK_MILLIS = 5;

    @GuardedBy("this")
    private final Deque<SeenRequest> requests = new ArrayDeque<>();

    @GuardedBy("this")
    private final Deque<SeenLogin> logins = new ArrayDeque<>();

    @GuardedBy("this")
    private final Map<String, Integer> loginsPerUser = new HashMap<>();

    @GuardedBy("this")
    private final Map<Exchange, Instant> underWay = new HashMap<>();

    @GuardedBy("this")
    private long requestCount;

    @GuardedBy("this")
    private long loginCount;

    @GuardedBy("this")
    private long aborted;

    @GuardedBy("this")
    private int loginsUnderWay;

    @GuardedBy("this")
    private int peakLogins;

    @GuardedBy("this")
    private int observers;

    synchronized void started(Exchange exchange) {
        requestCount++;
        underWay.put(exchange, Instant.now());
        tellObservers();
    }

    void ended(Exchange exchange, int status) {
        over(exchange, status, false);
    }

    void aborted(Exchange exchange) {
        over(exchange, 0, true);
    }

    private void over(Exchange exchange, int status, boolean gone) {
        HttpRequest request = exchange.request();
        Caller caller = exchange.caller();
        List<String> headers = caller.masked(request.headers());
        synchronized (this) {
            Instant start = underWay.remove(exchange);
            add(
                    requests,
                    new SeenRequest(
                            request.method(),
                            request.target(),
                            headers,
                            caller.tokenNumber(),
                            caller.user(),
                            exchange.connection().id(),
                            caller.clientConnection(),
                            start == null ? Instant.now() : start,
                            Instant.now(),
                            status,
                            gone));
            if (gone) {
                aborted++;
            }
            tellObservers();
        }
    }

    /** Notes a login that starts, and returns how many are under way with it. */
    synchronized int loginStarted() {
        loginCount++;
        loginsUnderWay++;
        peakLogins = Math.max(peakLogins, loginsUnderWay);
        return loginsUnderWay;
    }

    synchronized void loginEnded() {
        loginsUnderWay--;
    }

    synchronized void login(SeenLogin login) {
        loginsPerUser.merge(login.user(), 1, Integer::sum);
        add(logins, login);
    }

    private static <T> void add(Deque<T> ring, T newest) {
        ring.add(newest);
        if (ring.size() > REMEMBERED) {
            ring.remove();
        }
    }

    @GuardedBy("this")
    private void tellObservers() {
        if (observers > 0) {
            notifyAll();
        }
    }

    /**
     * Waits until the condition holds, which is looked at whenever a request starts or is over, and
     * every few milliseconds.
     */
    synchronized boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        observers++;
        try {
            while (!condition.getAsBoolean()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (millis <= 0) {
                    return false;
                }
                wait(Math.min(millis, LOOK_MILLIS));
            }
            return true;
        } finally {
            observers--;
        }
    }

    synchronized List<SeenRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized List<SeenLogin> logins() {
        return List.copyOf(logins);
    }

    synchronized Map<String, Integer> loginsPerUser() {
        return Map.copyOf(loginsPerUser);
    }

    /** Returns how many requests are under way, logins not counted. */
    synchronized int inFlight() {
        return (int) underWay.keySet().stream()
                .filter(exchange -> !exchange.request().isPost(LoginEndpoint.PATH))
                .count();
    }

    synchronized long requestCount() {
        return requestCount;
    }

    synchronized long loginCount() {
        return loginCount;
    }

    synchronized int peakLogins() {
        return peakLogins;
    }

    synchronized long aborted() {
        return aborted;
    }

    /** Forgets what is over; what is under way stays. */
    synchronized void forget() {
        requests.clear();
        logins.clear();
        loginsPerUser.clear();
        requestCount = 0;
        loginCount = 0;
        aborted = 0;
        peakLogins = loginsUnderWay;
    }
}
