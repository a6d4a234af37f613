package io.tpp.proxy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * A request's body on its way to the upstream: its first part is read ahead, whatever the upstream does; from
 * then on the client is read only as fast as the upstream takes.
 *
 * <p>A request that waits for its token is so read to its end, if it is not too large, and only then can
 * it be noticed that the client leaves.
 *
 * <h2>Threads</h2>
 *
 * Written by one thread at a time.
 */
final class RequestBody extends AsyncRequestContent {
    /** How much is read ahead, in bytes. */
    private static final int AHEAD = 64 * 1024;

    private int ahead;

    RequestBody() {
        // No content type: nothing is sent that the client did not send.
        super((String) null);
    }

    @Override
    public void write(ByteBuffer buffer, Callback callback) {
        int size = buffer.remaining();
        if (ahead + size > AHEAD) {
            ahead = AHEAD;
            super.write(buffer, callback);
            return;
        }
        ahead += size;
        // The caller reuses its buffer as soon as the callback is called.
        super.write(BufferUtil.copy(buffer), Callback.NOOP);
        callback.succeeded();
    }
}
