package io.tpp.proxy;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import org.eclipse.jetty.io.EndPoint;

/** What Jetty's end points cannot do themselves. */
final class EndPoints {
    private EndPoints() {}

    /** Returns the end point of the TCP connection that carries this one. */
    static EndPoint base(EndPoint endPoint) {
        EndPoint base = endPoint;
        while (true) {
            if (base instanceof EndPoint.Wrapper wrapper) {
                base = wrapper.unwrap();
            } else if (base.getTransport() instanceof EndPoint lower) {
                base = lower;
            } else {
                return base;
            }
        }
    }

    /** Ends a TCP connection with RST, so that its peer does not take what it has got for the whole. */
    static void reset(EndPoint endPoint) {
        EndPoint base = base(endPoint);
        try {
            if (base.getTransport() instanceof NetworkChannel channel) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException closed) {
            // It has ended already.
            return;
        } finally {
            base.close();
        }
    }
}
