package io.tpp.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Fault;
import io.tpp.simulator.Quirks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What the upstream is up to: calm and mischief in turn, every kind once before one comes again.
 *
 * <h2>Threads</h2>
 *
 * {@link #run} has a thread of its own; the rest may be called on any.
 */
final class Mischief implements Runnable {
    /** How long a mischief's last effects may take to arrive on a busy machine. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private static final List<String> PATHS = List.of("/echo", "/bytes", "/sink", "/api/execute");
    private static final String LOGIN = "/api/login";
    private static final Duration A_WHILE = Duration.ofMillis(300);

    private static final List<Fault> FAULTS = List.of(
            Fault.slowHead(A_WHILE),
            Fault.stalledAnswer(A_WHILE),
            Fault.stalledBody(10, A_WHILE),
            Fault.cutBody(20),
            Fault.resetBody(20),
            Fault.reset(),
            Fault.closed(),
            Fault.interim(103),
            Fault.hugeHeader(100_000),
            Fault.wrongContentLength(5),
            Fault.notHttp(),
            Fault.otherStatus(500));

    private enum Kind {
        FAULTY,
        CLOSING_CONNECTIONS,
        STALLING,
        RESTARTING
    }

    private final Soak soak;
    private final DolphinDbSimulator upstream;
    private final Random random;

    @GuardedBy("this")
    private boolean underWay;

    @GuardedBy("this")
    private long lastEnd = System.nanoTime() - Duration.ofDays(1).toNanos();

    Mischief(Soak soak, DolphinDbSimulator upstream, Random random) {
        this.soak = soak;
        this.upstream = upstream;
        this.random = random;
    }

    /** Returns whether the upstream was not in order at some time since. */
    synchronized boolean happenedSince(long time) {
        return underWay || lastEnd + AFTERMATH.toNanos() - time > 0;
    }

    @Override
    public void run() {
        try {
            while (!soak.isOver()) {
                for (Kind kind : kinds()) {
                    soak.pause(soak.calm());
                    mischief(kind);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failure) {
            soak.tally().fault("mischief", failure);
        }
    }

    private List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        if (!soak.setup().tokensDie()) {
            kinds.remove(Kind.RESTARTING);
        }
        Collections.shuffle(kinds, random);
        return kinds;
    }

    private void mischief(Kind kind) throws InterruptedException {
        begin();
        try {
            act(kind);
        } finally {
            upstream.faults().clear();
            upstream.quirks(Quirks.documented());
            upstream.release();
            upstream.comeBack();
            end();
            soak.tally().count(kind.toString());
        }
    }

    private void act(Kind kind) throws InterruptedException {
        switch (kind) {
            case FAULTY -> planFaults();
            case CLOSING_CONNECTIONS ->
                upstream.quirks(Quirks.documented().withRequestsPerConnection(1 + random.nextInt(3)));
            case STALLING -> upstream.hold();
            case RESTARTING -> upstream.goDown();
        }
        soak.pause(Duration.ofMillis(200 + random.nextLong(400)));
    }

    private void planFaults() {
        for (Fault fault : FAULTS) {
            upstream.faults().times(1 + random.nextInt(4), path(), fault);
        }
        // Leaves something behind its answer; not elsewhere, because the answer itself is cut as well.
        upstream.faults().times(4, "/echo", Fault.wrongContentLength(-1));
    }

    private String path() {
        int number = random.nextInt(PATHS.size() + (soak.setup().tokensDie() ? 1 : 0));
        return number < PATHS.size() ? PATHS.get(number) : LOGIN;
    }

    private synchronized void begin() {
        underWay = true;
    }

    private synchronized void end() {
        underWay = false;
        lastEnd = System.nanoTime();
    }
}
