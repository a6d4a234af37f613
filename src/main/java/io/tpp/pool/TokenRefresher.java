package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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

    private final List<CredentialLogins> credentials = new ArrayList<>();
    private final List<TokenPlan> plans = new ArrayList<>();
    private int underWay;
    private int nextCredential;

    /** When something happens that {@link #check} has to see. */
    private long nextCheckAt;

    private boolean everObtained;
    private boolean allRefusedTold;
    /** Why the last login failed; null once a later one worked and no credential is failing. */
    private @Nullable String lastFailure;

    private long outageSince;
    private boolean outage;
    private @Nullable ScheduledFuture<?> nextCheck;
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
        plan(sources);
    }

    private static void checkCount(int size, List<? extends TokenSource> sources) {
        if (sources.isEmpty() || sources.size() > size) {
            throw new IllegalArgumentException(
                    "from 1 to " + size + " credentials are needed for a pool of " + size + ", not " + sources.size());
        }
    }

    private void plan(List<? extends TokenSource> sources) {
        long now = nanoTime.getAsLong();
        Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
        for (TokenSource source : sources) {
            credentials.add(new CredentialLogins(source, backoff, now));
        }
        for (PooledToken token : pool.tokens()) {
            CredentialLogins credential = credentials.get((token.number() - 1) % credentials.size());
            plans.add(new TokenPlan(token, credential, now));
        }
    }

    /** Starts to log in. */
    public void start() {
        timer.execute(this::check);
    }

    /** Starts no more logins; the result of one under way is dropped. */
    public void stop() {
        stopped = true;
    }

    /** Looks at all ages, starts what is due, and sets the time of the next look. */
    private void check() {
        if (stopped) {
            return;
        }
        long now = nanoTime.getAsLong();
        pool.expire();
        nextCheckAt = now + settings.refreshCheck().toNanos();
        for (TokenPlan plan : plans) {
            lineUp(plan, now);
        }
        considerOutage(now);
        startLogins(now);
    }

    private void lineUp(TokenPlan plan, long now) {
        if (!plan.scheduled && now - plan.dueAt >= 0) {
            plan.scheduled = true;
            plan.credential.add(plan);
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
        while (underWay < settings.loginConcurrency() && (plan = nextReady(now)) != null) {
            login(plan, now);
        }
        scheduleCheck(now);
    }

    /** Returns the next token to log in, credential by credential in turn. */
    private @Nullable TokenPlan nextReady(long now) {
        for (int tried = 0; tried < credentials.size(); tried++) {
            CredentialLogins credential = credentials.get(nextCredential);
            nextCredential = (nextCredential + 1) % credentials.size();
            TokenPlan plan = credential.takeReady(now);
            if (plan != null) {
                return plan;
            }
        }
        return null;
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
        Duration took = Duration.ofNanos(now - startedAt);
        if (token == null) {
            failed(plan, loginException(failure), took, now);
        } else {
            succeeded(plan, token, startedAt, took);
        }
        startLogins(now);
    }

    private void succeeded(TokenPlan plan, BearerToken token, long startedAt, Duration took) {
        CredentialLogins credential = plan.credential;
        log.succeeded(credential);
        credential.succeeded();
        plan.scheduled = false;
        plan.dueAt = startedAt + lifeUntilRefresh();
        plan.expiresAt = startedAt + settings.ttl().toNanos();
        checkAt(plan.dueAt);
        everObtained = true;
        outage = false;
        listener.loginEnded(null, took);
        if (pool.renew(plan.token, token, startedAt)) {
            listener.refreshed(RefreshReason.AGE);
        }
        lastFailure = firstFailure();
        pool.lastLoginError(lastFailure);
        log.filled(pool.snapshot());
    }

    /** Returns the age in nanoseconds at which a token is replaced: ahead of the ttl, less a random half of that. */
    private long lifeUntilRefresh() {
        double ahead = settings.refreshAhead().toNanos() * (1 - random.getAsDouble() / 2);
        return settings.ttl().toNanos() - (long) ahead;
    }

    private void failed(TokenPlan plan, LoginException failure, Duration took, long now) {
        CredentialLogins credential = plan.credential;
        credential.failed(plan, failure, now);
        log.failed(credential, failure);
        listener.loginEnded(failure, took);
        lastFailure = failure.getMessage();
        pool.lastLoginError(lastFailure);
        tellAllRefused();
        considerOutage(now);
    }

    private void tellAllRefused() {
        if (!everObtained && !allRefusedTold && allRefused()) {
            allRefusedTold = true;
            onAllRefused.run();
        }
    }

    private boolean allRefused() {
        return credentials.stream().allMatch(CredentialLogins::refused);
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
        if (allRefused() || now - tellAt >= 0) {
            pool.outage(lastFailure);
        } else {
            checkAt(tellAt);
        }
    }

    private @Nullable String firstFailure() {
        for (CredentialLogins credential : credentials) {
            LoginException failure = credential.failure();
            if (failure != null) {
                return failure.getMessage();
            }
        }
        return null;
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

    private void scheduleCheck(long now) {
        if (nextCheck != null) {
            nextCheck.cancel(false);
        }
        long delay = Math.max(nextCheckAt - now, SHORTEST_CHECK.toNanos());
        for (CredentialLogins credential : credentials) {
            if (credential.hasDue() && credential.notBefore() - now > 0) {
                delay = Math.min(delay, credential.notBefore() - now);
            }
        }
        nextCheck = timer.schedule(this::check, delay, TimeUnit.NANOSECONDS);
    }
}
