package io.tpp.proxy;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tells several listeners, in their order. */
public final class ProxyListeners implements ProxyListener {
    private final List<ProxyListener> listeners;

    public ProxyListeners(ProxyListener... listeners) {
        this.listeners = List.of(listeners);
    }

    private void tell(Consumer<ProxyListener> news) {
        listeners.forEach(news);
    }

    @Override
    public void connectionOpened() {
        tell(ProxyListener::connectionOpened);
    }

    @Override
    public void connectionClosed(Duration open) {
        tell(listener -> listener.connectionClosed(open));
    }

    @Override
    public void leaseLeaked() {
        tell(ProxyListener::leaseLeaked);
    }

    @Override
    public void requestEnded(int status, Duration took) {
        tell(listener -> listener.requestEnded(status, took));
    }

    @Override
    public void accessRefused(AccessRefusal reason) {
        tell(listener -> listener.accessRefused(reason));
    }

    @Override
    public void upstreamError(UpstreamError kind) {
        tell(listener -> listener.upstreamError(kind));
    }

    @Override
    public void requestReplayed(ReplayReason reason) {
        tell(listener -> listener.requestReplayed(reason));
    }
}
