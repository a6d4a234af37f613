package io.tpp.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the pool and keeps its tokens alive: logs in what is missing, each token again before its age
 * reaches the ttl and whenever the upstream refused it, and probes those that may be dead.
 *
 * <p>At most {@code loginConcurrency} logins are under way, spread over the credentials, and as many
 * probes. The old value stays in use until the new one is there, unless it is dead. A login that fails is
 * tried again for ever, see {@link CredentialLogins}; when what is due is in {@link RefreshSchedule}.
 *
 * <h2>Threads</h2>
 *
 * All state belongs to the timer's one thread; a login's result, on whichever thread it comes, and what
 * the pool asks for are handed to that thread. The public methods may be called on any thread.
 */
public final class TokenRefresher {
    private static final Logger logger = LoggerFactory.getLogger(TokenRefresher.class);

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    /** The pool must not dry up because something failed that nobody has thought of. */
    private static final Duration AFTER_A_BUG = Duration.ofSeconds(1);

    private final TokenPool pool;
    private final CurrentSettings settings;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final LoginLog log;
    private final LoginQueue queue = new LoginQueue();
    private final RefreshSchedule schedule;
    private final LoginRunner logins;
    private final Prober prober;
    private final Reachability reachability;
    private final LoginOutcomes outcomes;
    private final CredentialSet credentials;
    private final WakeTimer wakeTimer;
    private volatile boolean stopped;

    /**
     * Makes a refresher; nothing happens until {@link #start}.
     *
     * @param sources one a credential, and no more than tokens; these are spread over them evenly
     * @param timer has one thread
     * @param random numbers from 0 to 1
     * @param onAllRefused told the reasons once if the upstream refuses every credential before a token
     *     was ever obtained; on the timer's thread
     */
    public TokenRefresher(
            TokenPool pool,
            PoolSettings initial,
            List<? extends TokenSource> sources,
            ScheduledExecutorService timer,
            LongSupplier nanoTime,
            DoubleSupplier random,
            PoolListener listener,
            Consumer<String> onAllRefused) {
        this.pool = pool;
        this.settings = new CurrentSettings(initial);
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.log = new LoginLog();
        CredentialSet.checkCount(sources, initial.size());
        long now = nanoTime.getAsLong();
        this.schedule = new RefreshSchedule(pool, settings, queue, random, now);
        Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
        Results results = new Results();
        this.logins = new LoginRunner(queue, this::concurrency, timer, nanoTime, results);
        this.prober = new Prober(pool, this::concurrency, timer, backoff, listener, results);
        this.reachability = new Reachability(pool, queue, prober, new Outage(pool, schedule, settings), now);
        FutileStart futileStart = new FutileStart(queue, onAllRefused);
        this.outcomes = new LoginOutcomes(pool, queue, schedule, reachability, futileStart, log, listener);
        this.credentials = new CredentialSet(sources, pool, queue, backoff, now);
        this.wakeTimer = new WakeTimer(timer, this::wakeUnlessStopped);
        pool.care(new Care());
    }

    /** Starts to log in; called once. */
    public void start() {
        execute(() -> {});
    }

    /** Starts no more logins; the result of one under way is dropped. */
    public void stop() {
        stopped = true;
        prober.stop();
    }

    /**
     * Takes other credentials from now on, by position: a source that equals the one before keeps its
     * state and tokens; a changed one is tried at once, even if the one before was refused. Tokens of those
     * that are gone or changed are logged in again with those that are there, and used until then; ready-made
     * ones, which never expire, are withdrawn at once.
     *
     * @throws IllegalArgumentException if there are none, or more than tokens
     */
    public void credentialsChanged(List<? extends TokenSource> sources) {
        CredentialSet.checkCount(sources, settings.get().size());
        List<TokenSource> copy = List.copyOf(sources);
        execute(() -> change(copy, settings.get()));
    }

    /**
     * Takes other settings, and other credentials as {@link #credentialsChanged} does, from now on. A larger pool is
     * filled in the background; of a smaller one, free tokens go at once, leased ones when their leases end.
     *
     * @return completes on the timer's thread once they are in force, or never if TPP stops before
     * @throws IllegalArgumentException if there are no credentials, or more than tokens
     */
    public CompletableFuture<Void> reconfigure(PoolSettings next, List<? extends TokenSource> sources) {
        CredentialSet.checkCount(sources, next.size());
        List<TokenSource> copy = List.copyOf(sources);
        return CompletableFuture.runAsync(() -> change(copy, next), this::execute);
    }

    /** Tries at once what failed because the upstream could not be reached. */
    public void retry() {
        execute(() -> {
            reachability.reachable(nanoTime.getAsLong());
        });
    }

    /**
     * Logs a token in again; until that is done, it is used as before.
     *
     * @return completes with false if there is no token with that number, or TPP stops
     */
    public CompletableFuture<Boolean> refresh(int number) {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        boolean accepted = execute(() -> {
            Optional<TokenPlan> plan = credentials.plans().stream()
                    .filter(each -> each.token.number() == number)
                    .findFirst();
            plan.ifPresent(found -> schedule.dueNow(found, RefreshReason.ADMIN, nanoTime.getAsLong()));
            begun.complete(plan.isPresent());
        });
        return accepted ? begun : CompletableFuture.completedFuture(false);
    }

    private int concurrency() {
        return settings.get().loginConcurrency();
    }

    /** Returns which credentials the upstream refuses at present, by position. */
    public List<CredentialRefusal> refusals() {
        return queue.refusals();
    }

    /** Does something on the timer's thread, and then whatever else has become due. */
    @CanIgnoreReturnValue
    private boolean execute(Runnable task) {
        try {
            timer.execute(() -> {
                if (!stopped) {
                    task.run();
                    wake();
                }
            });
            return true;
        } catch (RejectedExecutionException stopping) {
            logger.debug("The timer has stopped: no token is refreshed any more");
            return false;
        }
    }

    private void wake() {
        long now = nanoTime.getAsLong();
        long next = now + AFTER_A_BUG.toNanos();
        try {
            next = tend(now);
        } finally {
            wakeTimer.set(next, now);
        }
    }

    /** Does what is due; returns when to do so again. */
    private long tend(long now) {
        if (now - schedule.nextCheckAt() >= 0) {
            schedule.check(credentials.plans(), now);
            reachability.consider(now);
        }
        prober.start();
        logins.start(now);
        Long restUntil = queue.restUntil(now);
        long nextCheck = schedule.nextCheckAt();
        return restUntil == null ? nextCheck : Times.earlier(nextCheck, restUntil);
    }

    private void wakeUnlessStopped() {
        if (!stopped) {
            wake();
        }
    }

    // What the pool asks for

    private final class Care implements TokenCare {
        @Override
        public void loginNeeded(PooledToken token, int generation, RefreshReason reason) {
            execute(() -> refresh(token, generation, reason));
        }

        @Override
        public void probesNeeded(List<PooledToken> tokens) {
            execute(() -> tokens.stream()
                    .map(credentials::plan)
                    .filter(Objects::nonNull)
                    .forEach(prober::add));
        }

        @Override
        public void retired(PooledToken token) {
            execute(() -> credentials.retired(token));
        }
    }

    /** The value is dead; unless it has been replaced since. */
    private void refresh(PooledToken token, int generation, RefreshReason reason) {
        TokenPlan plan = credentials.plan(token);
        if (plan == null || plan.generation != generation) {
            return;
        }
        long now = nanoTime.getAsLong();
        plan.alive = false;
        plan.expiresAt = now;
        TokenPlan doubtful = plan.credential.cancellations().died(plan, now);
        if (doubtful != null) {
            pool.suspect(doubtful.token);
            prober.addFirst(doubtful);
        }
        schedule.dueNow(plan, reason, now);
        reachability.consider(now);
    }

    // What came of logins and probes

    private final class Results implements LoginRunner.Results, Prober.Results {
        @Override
        public void started(LoginAttempt attempt) {
            pool.loginStarted(attempt.plan.token);
        }

        @Override
        public void obtained(LoginAttempt attempt, BearerToken token, long now) {
            if (!stopped) {
                outcomes.succeeded(attempt, token, now);
                wake();
            }
        }

        @Override
        public void failed(LoginAttempt attempt, LoginException failure, long now) {
            if (!stopped) {
                outcomes.failed(attempt, failure, now);
                wake();
            }
        }

        @Override
        public void probed(TokenPlan plan, TokenPool.Suspect suspect, Verdict verdict) {
            long now = nanoTime.getAsLong();
            if (verdict == Verdict.ALIVE && plan.credential.cancellations().foundAlive(plan, now)) {
                log.cancelling(plan.credential);
            }
            pool.probed(plan.token, suspect, verdict);
            if (verdict == Verdict.ALIVE || verdict == Verdict.DEAD) {
                reachability.worked(now);
            }
            wake();
        }

        @Override
        public void probeFailed(LoginException failure) {
            reachability.consider(nanoTime.getAsLong());
            wake();
        }
    }

    private void change(List<TokenSource> sources, PoolSettings next) {
        long now = nanoTime.getAsLong();
        PoolSettings before = settings.get();
        boolean sameCredentials = sources.equals(credentials.sources());
        settings.set(next);
        List<PooledToken> tokens = pool.apply(next, credentials.without(sources));
        List<TokenPlan> due = credentials.change(sources, tokens, now);
        due.forEach(plan -> schedule.dueNow(plan, plan.reason, now));
        schedule.changed(credentials.plans(), before, now);
        if (next.size() != before.size()) {
            log.resized(pool.snapshot());
        }
        if (!sameCredentials) {
            log.credentialsChanged(credentials.size(), due.size());
        }
        reachability.loginFailure(queue.failure());
    }
}
