package io.tpp.proxy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Resolves names on another thread, because that may block, but comes back to the selector that asked: it opens the connection,
 * and so is the one to watch it.
 *
 * <p>Thread-safe.
 */
final class ResolverOnSelector implements SocketAddressResolver {
    private final HttpClient client;

    /** @param client whose threads and time-out it uses; started before it is asked */
    ResolverOnSelector(HttpClient client) {
        this.client = client;
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        ManagedSelector asking = SelectorTurn.current().selector();
        new Async(client.getExecutor(), client.getScheduler(), client.getAddressResolutionTimeout())
                .resolve(host, port, context, asking == null ? promise : on(asking, promise));
    }

    private static Promise<List<InetSocketAddress>> on(
            ManagedSelector selector, Promise<List<InetSocketAddress>> promise) {
        return Promise.from(found -> selector.submit(unused -> promise.succeeded(found)), promise::failed);
    }
}
