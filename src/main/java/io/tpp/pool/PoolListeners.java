package io.tpp.pool;

import io.tpp.token.LoginException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, in their order. */
public final class PoolListeners implements PoolListener {
    private final List<PoolListener> listeners;

    public PoolListeners(PoolListener... listeners) {
        this.listeners = List.of(listeners);
    }

    private void tell(Consumer<PoolListener> news) {
        listeners.forEach(news);
    }

    @Override
    public void acquireEnded(Outcome outcome, Duration waited) {
        tell(listener -> listener.acquireEnded(outcome, waited));
    }

    @Override
    public void released(Duration held) {
        tell(listener -> listener.released(held));
    }

    @Override
    public void reclaimed() {
        tell(PoolListener::reclaimed);
    }

    @Override
    public void loginEnded(@Nullable LoginException failure, Duration took) {
        tell(listener -> listener.loginEnded(failure, took));
    }

    @Override
    public void probeEnded(Probe outcome) {
        tell(listener -> listener.probeEnded(outcome));
    }

    @Override
    public void refreshed(RefreshReason reason) {
        tell(listener -> listener.refreshed(reason));
    }
}
