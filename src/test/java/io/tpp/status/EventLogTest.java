package io.tpp.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.pool.PoolListener.Outcome;
import io.tpp.pool.PoolListener.Probe;
import io.tpp.proxy.ProxyListener.UpstreamError;
import io.tpp.status.Event.Severity;
import io.tpp.token.LoginException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final AtomicLong seconds = new AtomicLong();
    private final EventLog events = new EventLog(() -> START.plusSeconds(seconds.get()));
    private final StatusListener listener = new StatusListener(events, () -> seconds.get() * 1_000_000_000L);

    @Test
    void theLatestIsFirst() {
        events.warn("one");
        events.error("two");

        assertThat(events.events()).extracting(Event::what).containsExactly("two", "one");
        assertThat(events.events()).extracting(Event::severity).containsExactly(Severity.ERROR, Severity.WARNING);
    }

    @Test
    void theSameAgainIsCountedAndComesFirst() {
        events.warn("one");
        events.warn("two");
        seconds.set(9);
        events.warn("one");

        assertThat(events.events().get(0))
                .isEqualTo(new Event(Severity.WARNING, "one", 2, START, START.plusSeconds(9)));
        assertThat(events.events()).hasSize(2);
    }

    @Test
    void onlyTheLastAreKept() {
        for (int i = 0; i < EventLog.CAPACITY + 10; i++) {
            events.warn("event " + i);
        }

        assertThat(events.events()).hasSize(EventLog.CAPACITY);
        assertThat(events.events().get(0).what()).isEqualTo("event " + (EventLog.CAPACITY + 9));
    }

    @Test
    void longAndBrokenLinesAreMadeFit() {
        events.warn("a\r\nb" + "x".repeat(1000));

        assertThat(events.events().get(0).what()).startsWith("a bx").hasSizeLessThan(310);
    }

    @Test
    void theUpstreamIsReachableAsTheLastContactShowed() {
        assertThat(listener.upstream().reachable()).isNull();
        seconds.set(1);
        listener.loginEnded(new LoginException(LoginException.Kind.UNREACHABLE, "gone"), Duration.ZERO);
        assertThat(listener.upstream()).isEqualTo(new UpstreamState(false, null, Duration.ZERO, "gone"));
        seconds.set(3);
        listener.requestEnded(503, Duration.ZERO);
        assertThat(listener.upstream().reachable()).isFalse();
        listener.requestEnded(200, Duration.ZERO);
        seconds.set(4);
        assertThat(listener.upstream())
                .isEqualTo(new UpstreamState(true, Duration.ofSeconds(1), Duration.ofSeconds(3), "gone"));
        listener.upstreamError(UpstreamError.CONNECT);
        assertThat(listener.upstream().reachable()).isFalse();
    }

    @Test
    void aRefusedLoginShowsThatTheUpstreamCanBeReached() {
        listener.loginEnded(new LoginException(LoginException.Kind.REFUSED, "wrong password"), Duration.ZERO);

        assertThat(listener.upstream().reachable()).isTrue();
        assertThat(events.events()).extracting(Event::what).containsExactly("Login failed: wrong password");
    }

    @Test
    void everydayEventsAreNotNoted() {
        listener.acquireEnded(Outcome.IMMEDIATE, Duration.ZERO);
        listener.acquireEnded(Outcome.QUEUED, Duration.ofSeconds(1));
        listener.acquireEnded(Outcome.CANCELLED, Duration.ofSeconds(1));
        listener.loginEnded(null, Duration.ZERO);
        listener.probeEnded(Probe.ALIVE);
        assertThat(events.events()).isEmpty();

        listener.acquireEnded(Outcome.TIMEOUT, Duration.ofSeconds(1));
        listener.acquireEnded(Outcome.REJECTED, Duration.ZERO);
        listener.probeEnded(Probe.DEAD);
        listener.leaseLeaked();
        assertThat(events.events()).hasSize(4);
    }
}
