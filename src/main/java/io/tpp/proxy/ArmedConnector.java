package io.tpp.proxy;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ProcessorUtils;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A connector for servlets that never block: its selectors' threads, one for each processor, do all there is to do.
 *
 * <p>They watch the upstream's connections too, each those that were opened for its clients. So one thread takes a request,
 * sends it on, and takes its answer, and nothing has to be told to another one.
 */
public final class ArmedConnector extends ServerConnector {
    /** How many threads do the proxy's work. */
    public static final int SELECTORS = ProcessorUtils.availableProcessors();

    public ArmedConnector(Server server, ConnectionFactory[] protocols) {
        super(server, 1, SELECTORS, protocols);
    }

    /** Returns the selectors of a server's connector; null: it has none of this kind, such as the Jetty that a WAR is in. */
    static @Nullable SelectorManager selectorsOf(Server server) {
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ArmedConnector armed) {
                return armed.getSelectorManager();
            }
        }
        return null;
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new SharedSelectors(executor, scheduler, selectors);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new ArmedEndPoint(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** What is the upstream's is left to its connector; clients' limits and listeners hear nothing of it. */
    private final class SharedSelectors extends ServerConnectorManager {
        SharedSelectors(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        /** For a connection that a selector's thread asks for, the same. */
        @Override
        protected @Nullable ManagedSelector chooseSelector() {
            ManagedSelector mine = SelectorTurn.current().selector();
            return mine != null && contains(mine) ? mine : super.chooseSelector();
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(
                SelectableChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
            UpstreamConnector.Sockets upstream = UpstreamConnector.socketsOf(key.attachment());
            return upstream == null
                    ? super.newEndPoint(channel, selector, key)
                    : upstream.newEndPoint(channel, selector, key);
        }

        @Override
        public Connection newConnection(SelectableChannel channel, EndPoint endPoint, @Nullable Object attachment)
                throws IOException {
            UpstreamConnector.Sockets upstream = UpstreamConnector.socketsOf(attachment);
            return upstream == null
                    ? super.newConnection(channel, endPoint, attachment)
                    : upstream.newConnection(channel, endPoint, attachment);
        }

        @Override
        public void connectionOpened(Connection connection, @Nullable Object attachment) {
            UpstreamConnector.Sockets upstream = UpstreamConnector.socketsOf(attachment);
            if (upstream == null) {
                super.connectionOpened(connection, attachment);
            } else {
                upstream.connectionOpened(connection, attachment);
            }
        }

        /** Only the upstream's are connected to. */
        @Override
        protected void connectionFailed(SelectableChannel channel, Throwable failure, Object attachment) {
            UpstreamConnector.Sockets upstream = UpstreamConnector.socketsOf(attachment);
            if (upstream != null) {
                upstream.connectionFailed(channel, failure, attachment);
            }
        }

        @Override
        protected void endPointOpened(EndPoint endPoint) {
            if (!(endPoint instanceof UpstreamEndPoint)) {
                super.endPointOpened(endPoint);
            }
        }

        @Override
        protected void endPointClosed(EndPoint endPoint) {
            if (!(endPoint instanceof UpstreamEndPoint)) {
                super.endPointClosed(endPoint);
            }
        }
    }
}
