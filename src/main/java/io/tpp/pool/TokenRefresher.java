package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the pool and keeps its tokens fresh: logs in what is missing, and each token again before its
 * age reaches the ttl.
 *
 * <p>At most {@code loginConcurrency} logins are under way, spread over the credentials. The old value
 * stays in use until the new one is there. A login that fails is tried again for ever, see
 * {@link CredentialLogins}.
 *
 * <h2>Threads</h2>
 *
 * All state belongs to the timer's one thread; a login's result, on whichever thread it comes, is handed
 * to that thread. {@link #start} and {@link #stop} may be called on any thread.
 */
public final class TokenRefresher {
    private static final Logger logger = LoggerFactory.getLogger(TokenRefresher.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    /** The ages of a very large pool are not looked at more often than this. */
    private static final Duration SHORTEST_CHECK = Duration.ofMillis(100);

    private final TokenPool pool;
    private final PoolSettings settings;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private final PoolListener listener;
    private final Runnable onAllRefused;
    private final LoginLog log;

    private final LoginQueue queue;
    private final List<TokenPlan> plans;
    private final Prober prober;
    private int underWay;

    /** When something happens that {@link #check} has to see. */
    private long nextCheckAt;

    private long checkedAt;
    private @Nullable ScheduledFuture<?> nextWake;
    private long nextWakeAt;

    private boolean everObtained;
    private boolean allRefusedTold;

    /** Why the last login failed; null once a later one worked and no credential is failing. */
    private @Nullable String lastFailure;

    private long outageSince;
    private boolean outage;
    private volatile boolean stopped;

    /**
     * Makes a refresher; nothing happens until {@link #start}.
     *
     * @param sources one a credential, and no more than tokens; these are spread over them evenly
     * @param timer has one thread
     * @param random numbers from 0 to 1
     * @param onAllRefused told once if the upstream refuses every credential before a token was ever
     *     obtained; on the timer's thread
     */
    public TokenRefresher(
            TokenPool pool,
            PoolSettings settings,
            List<? extends TokenSource> sources,
            ScheduledExecutorService timer,
            LongSupplier nanoTime,
            DoubleSupplier random,
            PoolListener listener,
            Runnable onAllRefused) {
        this.pool = pool;
        this.settings = settings;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.random = random;
        this.listener = listener;
        this.onAllRefused = onAllRefused;
        this.log = new LoginLog(settings.size());
        checkCount(settings.size(), sources);
        this.queue = new LoginQueue(sources.size());
        long now = nanoTime.getAsLong();
        this.plans = plans(sources, now);
        this.nextCheckAt = now;
        this.checkedAt = now - SHORTEST_CHECK.toNanos();
        this.prober =
                new Prober(pool, settings.loginConcurrency(), timer, new Backoff(FIRST_RETRY, LONGEST_RETRY, random));
        pool.care(new Care());
    }

    private static void checkCount(int size, List<? extends TokenSource> sources) {
        if (sources.isEmpty() || sources.size() > size) {
            throw new IllegalArgumentException(
                    "from 1 to " + size + " credentials are needed for a pool of " + size + ", not " + sources.size());
        }
    }

    private List<TokenPlan> plans(List<? extends TokenSource> sources, long now) {
        Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
        List<CredentialLogins> credentials = sources.stream()
                .map(source -> new CredentialLogins(source, backoff, now))
                .toList();
        return pool.tokens().stream()
                .map(token -> new TokenPlan(token, credentials.get((token.number() - 1) % credentials.size()), now))
                .toList();
    }

    /** Starts to log in; called once. */
    public void start() {
        timer.execute(this::wake);
    }

    /** Starts no more logins; the result of one under way is dropped. */
    public void stop() {
        stopped = true;
        prober.stop();
    }

    /** Does what has become due, and sets the time of the next wake. */
    private void wake() {
        if (stopped) {
            return;
        }
        nextWake = null;
        long now = nanoTime.getAsLong();
        if (now - nextCheckAt() >= 0) {
            check(now);
        }
        startLogins(now);
    }

    private long nextCheckAt() {
        return later(nextCheckAt, checkedAt + SHORTEST_CHECK.toNanos());
    }

    /** Looks at all ages and lines up what is due. */
    private void check(long now) {
        pool.expire();
        checkedAt = now;
        nextCheckAt = now + settings.refreshCheck().toNanos();
        for (TokenPlan plan : plans) {
            lineUp(plan, now);
        }
        considerOutage(now);
    }

    private void lineUp(TokenPlan plan, long now) {
        if (!plan.scheduled && now - plan.dueAt >= 0) {
            plan.scheduled = true;
            queue.add(plan, now);
        }
        if (!plan.scheduled) {
            checkAt(plan.dueAt);
        } else if (plan.expiresAt - now > 0) {
            // Until its next login has worked, the end of the old value is what the pool has to notice.
            checkAt(plan.expiresAt);
        }
    }

    /** Makes the next check come at this time, or earlier. */
    private void checkAt(long time) {
        if (time - nextCheckAt < 0) {
            nextCheckAt = time;
        }
    }

    private void startLogins(long now) {
        TokenPlan plan;
        while (underWay < settings.loginConcurrency() && (plan = queue.next(now)) != null) {
            login(plan, now);
        }
        setNextWake(now);
    }

    private void login(TokenPlan plan, long now) {
        underWay++;
        var unused = login(plan.credential.source())
                .whenComplete((token, failure) -> timer.execute(() -> ended(plan, now, token, failure)));
    }

    /** A source that breaks its word and throws must not end all refreshing. */
    private static CompletableFuture<BearerToken> login(TokenSource source) {
        try {
            return source.login();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void ended(TokenPlan plan, long startedAt, @Nullable BearerToken token, @Nullable Throwable failure) {
        if (stopped) {
            return;
        }
        underWay--;
        long now = nanoTime.getAsLong();
        if (token == null) {
            failed(plan, loginException(failure), Duration.ofNanos(now - startedAt), now);
        } else {
            succeeded(plan, token, startedAt, now);
        }
        startLogins(now);
    }

    private void succeeded(TokenPlan plan, BearerToken token, long startedAt, long now) {
        log.succeeded(plan.credential);
        queue.succeeded(plan, now);
        RefreshReason reason = plan.reason;
        plan.scheduled = false;
        plan.reason = RefreshReason.AGE;
        plan.generation++;
        plan.dueAt = startedAt + lifeUntilRefresh();
        plan.expiresAt = startedAt + settings.ttl().toNanos();
        checkAt(plan.dueAt);
        everObtained = true;
        outage = false;
        boolean replaced = pool.renew(plan.token, token, startedAt);
        LoginException failing = queue.failure();
        lastFailure = failing == null ? null : failing.getMessage();
        pool.lastLoginError(lastFailure);
        log.filled(pool.snapshot());
        listener.loginEnded(null, Duration.ofNanos(now - startedAt));
        if (replaced) {
            listener.refreshed(reason);
        }
    }

    /** Returns the age in nanoseconds at which a token is replaced: ahead of the ttl, less a random half of that. */
    private long lifeUntilRefresh() {
        double ahead = settings.refreshAhead().toNanos() * (1 - random.getAsDouble() / 2);
        return settings.ttl().toNanos() - (long) ahead;
    }

    private void failed(TokenPlan plan, LoginException failure, Duration took, long now) {
        queue.failed(plan, failure, now);
        log.failed(plan.credential, failure);
        lastFailure = failure.getMessage();
        pool.lastLoginError(lastFailure);
        considerOutage(now);
        tellAllRefused();
        listener.loginEnded(failure, took);
    }

    private void tellAllRefused() {
        if (!everObtained && !allRefusedTold && queue.allRefused()) {
            allRefusedTold = true;
            onAllRefused.run();
        }
    }

    /** Once no token is usable and none is coming, or logins have failed for long, those who wait are told. */
    private void considerOutage(long now) {
        if (lastFailure == null || pool.snapshot().usable()) {
            outage = false;
            return;
        }
        if (!outage) {
            outage = true;
            outageSince = now;
        }
        long tellAt = outageSince + settings.outageWait().toNanos();
        if (queue.allRefused() || now - tellAt >= 0) {
            pool.outage(lastFailure);
        } else {
            checkAt(tellAt);
        }
    }

    private static LoginException loginException(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof LoginException exception) {
            return exception;
        }
        // Only its class: an unforeseen exception's message might hold anything.
        String name = cause == null ? "no token" : cause.getClass().getName();
        return new LoginException(Kind.MALFORMED, "the login failed: " + name);
    }

    private void setNextWake(long now) {
        Long restUntil = queue.restUntil(now);
        long at = restUntil == null || nextCheckAt() - restUntil < 0 ? nextCheckAt() : restUntil;
        if (nextWake != null) {
            if (at == nextWakeAt) {
                return;
            }
            nextWake.cancel(false);
        }
        nextWakeAt = at;
        nextWake = timer.schedule(this::wake, at - now, TimeUnit.NANOSECONDS);
    }

    /** What the pool asks for, handed to the timer's thread. */
    private final class Care implements TokenCare {
        @Override
        public void loginNeeded(PooledToken token, int generation, RefreshReason reason) {
            execute(() -> refresh(plan(token), generation, reason));
        }

        @Override
        public void probesNeeded(List<PooledToken> tokens) {
            execute(() -> tokens.forEach(
                    token -> prober.add(token, plan(token).credential.source())));
        }

        private void execute(Runnable task) {
            try {
                timer.execute(task);
            } catch (RejectedExecutionException stopping) {
                logger.debug("The timer has stopped: no token is refreshed any more");
            }
        }
    }

    private TokenPlan plan(PooledToken token) {
        return plans.get(token.number() - 1);
    }

    /** Lines up a login out of turn, unless the refused value has been replaced since or a login is on its way. */
    private void refresh(TokenPlan plan, int generation, RefreshReason reason) {
        if (stopped || plan.generation != generation) {
            return;
        }
        long now = nanoTime.getAsLong();
        plan.reason = reason;
        plan.dueAt = now;
        plan.expiresAt = now;
        lineUp(plan, now);
        considerOutage(now);
        startLogins(now);
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
