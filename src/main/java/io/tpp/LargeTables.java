package io.tpp;

import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.io.Connection;

/**
 * Lets HTTP/2 clients allow a table of header fields as large as 32 bits can say (RFC 9113 §6.5.2).
 *
 * <p>Jetty 12.1.14 takes what is above 2<sup>31</sup> - 1 for less than nothing, and then cannot write any answer. As its
 * own table is never so large, 2<sup>31</sup> - 1 means the same. To be added to what makes connections of HTTP/2.
 * Stateless; called on any of Jetty's threads.
 */
final class LargeTables implements Connection.Listener, HTTP2Session.FrameListener {
    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HTTP2Connection http2) {
            http2.getSession().addEventListener(this);
        }
    }

    /** Before Jetty does what the frame says. */
    @Override
    public void onIncomingFrame(Session session, Frame frame) {
        if (frame instanceof SettingsFrame settings) {
            settings.getSettings()
                    .computeIfPresent(
                            SettingsFrame.HEADER_TABLE_SIZE,
                            (key, size) -> size < 0 ? Integer.valueOf(Integer.MAX_VALUE) : size);
        }
    }
}
