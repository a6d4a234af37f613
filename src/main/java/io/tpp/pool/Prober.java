package io.tpp.pool;

import io.tpp.pool.PoolListener.Probe;
import io.tpp.token.LoginException;
import io.tpp.token.LoginException.Kind;
import io.tpp.token.TokenSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which suspect tokens are alive, as many at once as there may be logins.
 *
 * <p>While the upstream cannot be reached the tokens stay suspect, and probes go on for ever with back-off.
 * If it can be but does not say, because it is busy or knows no such request, tokens are logged in again
 * instead; a token that cannot be is used until it is refused.
 *
 * <p>Owned by {@link TokenRefresher}'s thread, but for {@link #stop}.
 */
final class Prober {
    /** Who acts on what was found. */
    interface Results {
        void probed(TokenPlan plan, TokenPool.Suspect suspect, Verdict verdict);

        /** Nothing was found out. */
        void probeFailed(LoginException failure);
    }

    private final TokenPool pool;
    private final IntSupplier concurrency;
    private final ScheduledExecutorService timer;
    private final Backoff backoff;
    private final PoolListener listener;
    private final Results results;
    private final Set<TokenPlan> urgent = new LinkedHashSet<>();
    private final Set<TokenPlan> waiting = new LinkedHashSet<>();
    private final Set<TokenPlan> underWay = new HashSet<>();
    private int failures;
    private boolean resting;
    private @Nullable String failure;
    private volatile boolean stopped;

    Prober(
            TokenPool pool,
            IntSupplier concurrency,
            ScheduledExecutorService timer,
            Backoff backoff,
            PoolListener listener,
            Results results) {
        this.pool = pool;
        this.concurrency = concurrency;
        this.timer = timer;
        this.backoff = backoff;
        this.listener = listener;
        this.results = results;
    }

    /** Takes up a token that has become suspect. */
    void add(TokenPlan plan) {
        waiting.add(plan);
    }

    /** Puts a token before all others, if it is suspect. */
    void addFirst(TokenPlan plan) {
        urgent.add(plan);
        waiting.add(plan);
    }

    /** Returns why the last probe found nothing out; null: it did, or there was none. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Returns whether it has nothing to do. */
    boolean idle() {
        return waiting.isEmpty() && underWay.isEmpty();
    }

    /** Starts no more probes; may be called on any thread. */
    void stop() {
        stopped = true;
    }

    /** The upstream can be reached: there is no need to wait any longer. */
    void reachable() {
        resting = false;
        failures = 0;
    }

    /** Starts what may be started. */
    void start() {
        startOf(List.copyOf(urgent));
        startOf(List.copyOf(waiting));
    }

    /** Only once round: those under way or busy come again by themselves. */
    private void startOf(List<TokenPlan> plans) {
        for (TokenPlan plan : plans) {
            if (stopped || resting || underWay.size() >= concurrency.getAsInt()) {
                return;
            }
            startOne(plan);
        }
    }

    private void startOne(TokenPlan plan) {
        if (underWay.contains(plan)) {
            return;
        }
        urgent.remove(plan);
        waiting.remove(plan);
        TokenPool.Suspect suspect = pool.toProbe(plan.token);
        if (suspect != null) {
            underWay.add(plan);
            TokenSource source = plan.credential.source();
            var unused = LoginRunner.begin(() -> source.probe(suspect.value()))
                    .whenComplete((alive, thrown) -> timer.execute(() -> ended(plan, source, suspect, alive, thrown)));
        }
    }

    private void ended(
            TokenPlan plan,
            TokenSource source,
            TokenPool.Suspect suspect,
            @Nullable Boolean alive,
            @Nullable Throwable thrown) {
        if (stopped) {
            return;
        }
        underWay.remove(plan);
        if (alive == null) {
            listener.probeEnded(Probe.UNKNOWN);
            undecided(plan, source, suspect, LoginRunner.loginException(thrown, "the probe failed: "));
        } else {
            listener.probeEnded(alive ? Probe.ALIVE : Probe.DEAD);
            failure = null;
            reachable();
            results.probed(plan, suspect, alive ? Verdict.ALIVE : Verdict.DEAD);
        }
        start();
    }

    private void undecided(TokenPlan plan, TokenSource source, TokenPool.Suspect suspect, LoginException reason) {
        failure = reason.getMessage();
        // Before anything is told, upon which more probes would be started.
        List<TokenPlan> others = reason.kind() == Kind.TIMEOUT ? takeRenewable() : List.of();
        boolean answers = reason.kind() != Kind.UNREACHABLE && (source.expires() || reason.kind() != Kind.TIMEOUT);
        if (answers) {
            results.probed(plan, suspect, source.expires() ? Verdict.RENEW : Verdict.TRUST);
        } else {
            waiting.add(plan);
            rest();
        }
        others.forEach(this::renew);
        results.probeFailed(reason);
    }

    /** The upstream is too busy for probes: the others need not find that out one by one. */
    private List<TokenPlan> takeRenewable() {
        List<TokenPlan> renewable = waiting.stream()
                .filter(plan -> plan.credential.source().expires())
                .toList();
        renewable.forEach(waiting::remove);
        return renewable;
    }

    private void renew(TokenPlan plan) {
        TokenPool.Suspect suspect = pool.toProbe(plan.token);
        if (suspect != null) {
            results.probed(plan, suspect, Verdict.RENEW);
        }
    }

    private void rest() {
        if (!resting) {
            resting = true;
            failures++;
            var unused = timer.schedule(this::endRest, backoff.after(failures).toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void endRest() {
        resting = false;
        start();
    }
}
