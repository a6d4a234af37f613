package io.tpp.proxy;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.ProcessorUtils;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** Opens the connections to the upstream. */
final class UpstreamConnector extends ClientConnector {
    /** Null: its own. */
    private final @Nullable SelectorManager shared;

    private @Nullable Sockets sockets;

    /** @param shared the selectors that watch clients' connections and are to watch these too; null: it needs its own */
    UpstreamConnector(@Nullable SelectorManager shared) {
        this.shared = shared;
        // Own ones are always needed: where a connection is there at once, Jetty has no way to give it to others.
        setSelectors(shared == null ? Math.max(1, ProcessorUtils.availableProcessors() / 2) : 1);
    }

    /** Returns who is told of a socket with that attachment; null: it is none of the upstream's. */
    static @Nullable Sockets socketsOf(@Nullable Object attachment) {
        return attachment instanceof Map<?, ?> context
                        && context.get(CONTEXT_KEY) instanceof UpstreamConnector connector
                ? connector.sockets
                : null;
    }

    @Override
    protected SelectorManager newSelectorManager() {
        Sockets made = new Sockets(getExecutor(), getScheduler(), getSelectors());
        sockets = made;
        return made;
    }

    @Override
    protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
        return new UpstreamEndPoint((SocketChannel) channel, selector, key, getScheduler());
    }

    /** What is done with its sockets, whoever watches them. */
    final class Sockets extends ClientSelectorManager {
        private Sockets(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        public void connect(SelectableChannel channel, Object context) {
            if (shared == null) {
                super.connect(channel, context);
            } else {
                shared.connect(channel, context);
            }
        }

        @Override
        public void setConnectTimeout(long milliseconds) {
            super.setConnectTimeout(milliseconds);
            if (shared != null) {
                shared.setConnectTimeout(milliseconds);
            }
        }

        @Override
        protected UpstreamEndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return (UpstreamEndPoint) super.newEndPoint(channel, selector, key);
        }

        @Override
        protected void connectionFailed(SelectableChannel channel, Throwable failure, Object context) {
            super.connectionFailed(channel, failure, context);
        }
    }
}
