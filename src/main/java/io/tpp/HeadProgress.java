package io.tpp;

import java.time.Duration;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * How far the next request's head has come on a connection.
 *
 * <p>Looked at by one thread, now and then; what it looks at is changed by others.
 */
abstract class HeadProgress {
    private boolean begun;
    private long begunAt;

    /** Returns whether a head is on its way for longer than that. */
    boolean isSlower(Duration timeout, long now) {
        if (!isUnderWay()) {
            begun = false;
            return false;
        }
        if (!begun) {
            begun = true;
            begunAt = now;
        }
        return now - begunAt >= timeout.toNanos() && mayEnd();
    }

    /** Returns whether a part of a head has come; a head that has come whole since the last call is none. */
    abstract boolean isUnderWay();

    /** Returns whether the connection may be closed for it. */
    boolean mayEnd() {
        return true;
    }

    /** HTTP/1.x: the parser is within a head, or swallows line breaks before one. */
    static final class Http1 extends HeadProgress {
        private final HttpConnection connection;
        private long requests;
        private long bytes;

        Http1(HttpConnection connection) {
            this.connection = connection;
        }

        @Override
        boolean isUnderWay() {
            HttpParser.State state = connection.getParser().getState();
            long begunRequests = connection.getMessagesIn();
            boolean another = begunRequests != requests;
            requests = begunRequests;
            if (another || state.compareTo(HttpParser.State.HEADER) > 0) {
                bytes = connection.getBytesIn();
                return false;
            }
            return state != HttpParser.State.START || connection.getBytesIn() > bytes;
        }
    }

    /**
     * HTTP/2: bytes come again and again, but no frame is complete, and no request is under way. A part of a frame that
     * nothing follows is a matter of the idle time-out; pings are complete frames, and keep a connection open.
     */
    static final class Http2 extends HeadProgress implements HTTP2Session.FrameListener {
        private final HTTP2Connection connection;
        private volatile long frames;
        private long framesBefore;
        private long bytes;
        private int parts;

        Http2(HTTP2Connection connection) {
            this.connection = connection;
            connection.getSession().addEventListener(this);
        }

        /** Of one thread at a time: the session's. */
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        public void onIncomingFrame(Session session, Frame frame) {
            frames++;
        }

        @Override
        boolean isUnderWay() {
            long complete = frames;
            long now = connection.getBytesIn();
            if (complete != framesBefore || connection.getSession().getStreamCount() > 0) {
                framesBefore = complete;
                parts = 0;
            } else if (now > bytes) {
                parts++;
            }
            bytes = now;
            return parts > 0;
        }

        @Override
        boolean mayEnd() {
            return parts > 1;
        }
    }

    /** A TLS handshake, which is to be through in the time of a head. */
    static final class Handshake extends HeadProgress {
        @Override
        boolean isUnderWay() {
            return true;
        }
    }
}
