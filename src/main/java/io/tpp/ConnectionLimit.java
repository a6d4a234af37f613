package io.tpp;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;

/** How many connections a connector may have open; may be changed while it has some. Further ones wait to be accepted. */
final class ConnectionLimit extends NetworkConnectionLimit {
    /** {@code most} 0: any number. */
    ConnectionLimit(int most, Connector connector) {
        super(effective(most), connector);
    }

    private static int effective(int most) {
        return most == 0 ? Integer.MAX_VALUE : most;
    }

    /** Changes the limit. If more are open, they stay so. */
    void change(int most) {
        setMaxNetworkConnectionCount(effective(most));
        // Jetty looks whether to accept only when a connection comes or goes; none did.
        onAccepting(null);
        onAcceptFailed(null, null);
    }
}
