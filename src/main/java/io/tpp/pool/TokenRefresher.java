package io.tpp.pool;

import io.tpp.pool.PoolListener.RefreshReason;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException;
import io.tpp.token.TokenSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

    /** After so long without a success, one is the news that the upstream can be reached. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    /** How many refused credentials are named when there is no other. */
    private static final int MOST_NAMED = 10;

    private final TokenPool pool;
    private final PoolSettings settings;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final PoolListener listener;
    private final Consumer<String> onAllRefused;
    private final Backoff backoff;
    private final LoginLog log;
    private final LoginQueue queue = new LoginQueue();
    private final RefreshSchedule schedule;
    private final LoginRunner logins;
    private final Prober prober;
    private final Outage outage;
    private final List<TokenPlan> plans;

    private List<CredentialLogins> credentials;
    private @Nullable ScheduledFuture<?> nextWake;
    private long nextWakeAt;
    private boolean everObtained;
    private boolean allRefusedTold;
    private long workedAt;

    /** Why the last login failed; null once a later one worked and no credential is failing. */
    private @Nullable String loginFailure;

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
            PoolSettings settings,
            List<? extends TokenSource> sources,
            ScheduledExecutorService timer,
            LongSupplier nanoTime,
            DoubleSupplier random,
            PoolListener listener,
            Consumer<String> onAllRefused) {
        this.pool = pool;
        this.settings = settings;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.onAllRefused = onAllRefused;
        this.backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
        this.log = new LoginLog(settings.size());
        this.outage = new Outage(settings.outageWait());
        checkCount(sources);
        long now = nanoTime.getAsLong();
        this.workedAt = now;
        this.schedule = new RefreshSchedule(pool, settings, queue, random, now);
        Results results = new Results();
        this.logins = new LoginRunner(queue, settings.loginConcurrency(), timer, nanoTime, results);
        this.prober = new Prober(pool, settings.loginConcurrency(), timer, backoff, listener, results);
        this.credentials = IntStream.range(0, sources.size())
                .mapToObj(i -> new CredentialLogins(i + 1, sources.get(i), backoff, now))
                .toList();
        this.plans = pool.tokens().stream()
                .map(token -> new TokenPlan(token, credentials.get((token.number() - 1) % credentials.size()), now))
                .toList();
        queue.credentials(credentials);
        pool.care(new Care());
    }

    private void checkCount(List<? extends TokenSource> sources) {
        if (sources.isEmpty() || sources.size() > settings.size()) {
            throw new IllegalArgumentException("from 1 to " + settings.size() + " credentials are needed for a pool of "
                    + settings.size() + ", not " + sources.size());
        }
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
     * that are gone or changed are logged in again with those that are there, and used until then.
     *
     * @throws IllegalArgumentException if there are none, or more than tokens
     */
    public void credentialsChanged(List<? extends TokenSource> sources) {
        checkCount(sources);
        List<TokenSource> copy = List.copyOf(sources);
        execute(() -> change(copy));
    }

    /** Returns which credentials the upstream refuses at present, by position. */
    public List<CredentialRefusal> refusals() {
        return queue.refusals();
    }

    /** Does something on the timer's thread, and then whatever else has become due. */
    private void execute(Runnable task) {
        try {
            timer.execute(() -> {
                if (!stopped) {
                    task.run();
                    wake();
                }
            });
        } catch (RejectedExecutionException stopping) {
            logger.debug("The timer has stopped: no token is refreshed any more");
        }
    }

    private void wake() {
        long now = nanoTime.getAsLong();
        if (now - schedule.nextCheckAt() >= 0) {
            schedule.check(plans, now);
            considerOutage(now);
        }
        prober.start();
        logins.start(now);
        setNextWake(now);
    }

    private void wakeUnlessStopped() {
        nextWake = null;
        if (!stopped) {
            wake();
        }
    }

    private void setNextWake(long now) {
        Long restUntil = queue.restUntil(now);
        long at = restUntil == null ? schedule.nextCheckAt() : Times.earlier(schedule.nextCheckAt(), restUntil);
        if (nextWake != null) {
            if (at == nextWakeAt) {
                return;
            }
            nextWake.cancel(false);
        }
        nextWakeAt = at;
        nextWake = timer.schedule(this::wakeUnlessStopped, at - now, TimeUnit.NANOSECONDS);
    }

    private TokenPlan plan(PooledToken token) {
        return plans.get(token.number() - 1);
    }

    // What the pool asks for

    private final class Care implements TokenCare {
        @Override
        public void loginNeeded(PooledToken token, int generation, RefreshReason reason) {
            execute(() -> refresh(plan(token), generation, reason));
        }

        @Override
        public void probesNeeded(List<PooledToken> tokens) {
            execute(() -> tokens.forEach(token -> prober.add(plan(token))));
        }
    }

    /** The value is dead; unless it has been replaced since. */
    private void refresh(TokenPlan plan, int generation, RefreshReason reason) {
        if (plan.generation != generation) {
            return;
        }
        long now = nanoTime.getAsLong();
        plan.alive = false;
        plan.expiresAt = now;
        TokenPlan doubtful = plan.credential.cancellations().died(plan, now);
        if (doubtful != null) {
            pool.suspect(doubtful.token);
        }
        schedule.dueNow(plan, reason, now);
        considerOutage(now);
    }

    // What came of logins and probes

    private final class Results implements LoginRunner.Results, Prober.Results {
        @Override
        public void obtained(LoginAttempt attempt, BearerToken token, long now) {
            if (!stopped) {
                succeeded(attempt, token, now);
                wake();
            }
        }

        @Override
        public void failed(LoginAttempt attempt, LoginException failure, long now) {
            if (!stopped) {
                loginFailed(attempt, failure, now);
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
                worked(now);
            }
            wake();
        }

        @Override
        public void probeFailed(LoginException failure) {
            considerOutage(nanoTime.getAsLong());
            wake();
        }
    }

    private void succeeded(LoginAttempt attempt, BearerToken token, long now) {
        boolean obsolete = attempt.obsolete();
        log.succeeded(attempt.credential);
        queue.succeeded(attempt, now);
        everObtained = true;
        worked(now);
        noteLoginFailure(queue.failure());
        listener.loginEnded(null, Duration.ofNanos(now - attempt.startedAt));
        if (!obsolete) {
            renew(attempt, token, now);
        }
    }

    private void renew(LoginAttempt attempt, BearerToken token, long now) {
        TokenPlan plan = attempt.plan;
        boolean ages = attempt.credential.source().expires();
        schedule.renewed(plan, ages, attempt.startedAt, now);
        RefreshReason reason = plan.renewed();
        boolean replaced = pool.renew(plan.token, token, attempt.startedAt, ages);
        log.filled(pool.snapshot());
        if (replaced) {
            listener.refreshed(reason);
        }
    }

    private void loginFailed(LoginAttempt attempt, LoginException failure, long now) {
        queue.failed(attempt, failure, now);
        if (!attempt.obsolete()) {
            attempt.plan.attempt = null;
        }
        noteLoginFailure(failure);
        considerOutage(now);
        logFailure(attempt.credential, failure);
        listener.loginEnded(failure, Duration.ofNanos(now - attempt.startedAt));
    }

    private void logFailure(CredentialLogins credential, LoginException failure) {
        String message = String.valueOf(failure.getMessage());
        if (everObtained || allRefusedTold || !queue.allRefused()) {
            log.failed(credential, message);
            return;
        }
        allRefusedTold = true;
        log.failedForGood(message);
        List<CredentialRefusal> refusals = queue.refusals();
        String named = refusals.stream()
                .limit(MOST_NAMED)
                .map(CredentialRefusal::reason)
                .collect(Collectors.joining("; "));
        int more = refusals.size() - MOST_NAMED;
        onAllRefused.accept(more > 0 ? named + "; and " + more + " more" : named);
    }

    private void noteLoginFailure(@Nullable LoginException failure) {
        loginFailure = failure == null ? null : failure.getMessage();
        pool.lastLoginError(loginFailure);
    }

    /** The first success in a while: whoever waits because the upstream could not be reached need not. */
    private void worked(long now) {
        outage.end();
        if (now - workedAt > SILENCE.toNanos()) {
            queue.reachable(now);
            prober.reachable();
        }
        workedAt = now;
    }

    /** Once no token is usable and none is coming, or everything has failed for long, those who wait are told. */
    private void considerOutage(long now) {
        String reason = loginFailure != null ? loginFailure : prober.failure();
        if (reason == null || pool.snapshot().usable()) {
            outage.end();
            return;
        }
        long tellAt = outage.tellAt(queue.allRefused() && prober.idle(), now);
        if (now - tellAt >= 0) {
            pool.outage(reason);
        } else {
            schedule.checkAt(tellAt);
        }
    }

    // Other credentials

    private void change(List<TokenSource> sources) {
        long now = nanoTime.getAsLong();
        List<CredentialLogins> changed = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            boolean same = i < credentials.size() && credentials.get(i).source().equals(sources.get(i));
            changed.add(same ? credentials.get(i) : new CredentialLogins(i + 1, sources.get(i), backoff, now));
        }
        credentials = List.copyOf(changed);
        queue.credentials(credentials);
        Map<TokenPlan, CredentialLogins> moves = CredentialSpread.moves(plans, credentials);
        moves.forEach((plan, credential) -> move(plan, credential, now));
        log.credentialsChanged(credentials.size(), moves.size());
        noteLoginFailure(queue.failure());
    }

    private void move(TokenPlan plan, CredentialLogins credential, long now) {
        plan.credential.remove(plan);
        plan.credential = credential;
        plan.attempt = null;
        plan.scheduled = false;
        schedule.dueNow(plan, plan.reason == RefreshReason.AGE ? RefreshReason.ADMIN : plan.reason, now);
    }
}
