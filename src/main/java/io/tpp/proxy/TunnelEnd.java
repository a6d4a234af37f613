package io.tpp.proxy;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * One of a {@link UpgradeTunnel}'s two connections, as Jetty sees it.
 *
 * <p>Called by Jetty on any of its threads; stateless.
 */
final class TunnelEnd extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {
    private final UpgradeTunnel tunnel;
    private final TunnelFlow flow;
    private final Runnable onOpen;

    /**
     * Makes a connection that is not open yet.
     *
     * @param flow what is read from it
     */
    TunnelEnd(EndPoint endPoint, Executor executor, UpgradeTunnel tunnel, TunnelFlow flow, Runnable onOpen) {
        super(endPoint, executor);
        this.tunnel = tunnel;
        this.flow = flow;
        this.onOpen = onOpen;
    }

    /** What Jetty has read too much; the buffer is nobody else's. */
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        flow.startWith(buffer);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        onOpen.run();
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        tunnel.close();
    }

    /** Never called: the flow itself waits for bytes. */
    @Override
    public void onFillable() {
        flow.iterate();
    }

    /** Never lets Jetty end one direction: it sees one of the two connections, and at a stop it is in a hurry. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        tunnel.closeIfIdle();
        return false;
    }
}
