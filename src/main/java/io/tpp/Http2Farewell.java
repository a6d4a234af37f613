package io.tpp;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.server.AbstractConnector;

/**
 * Asks HTTP/2 clients to go elsewhere: by GOAWAY (RFC 9113 §6.8), since they know no {@code Connection: close}.
 *
 * <p>A connection without a request is told at once, a busy one as soon as it has none, and only in the end in any case:
 * the JDK's HttpClient, up to Java 23 at least, ends its requests under way when it sees a GOAWAY.
 *
 * <p>One thread.
 */
final class Http2Farewell {
    private final AbstractConnector connector;
    private final Predicate<Session> concerned;
    private final Set<Session> told = new HashSet<>();

    /** For those of a connector's sessions that this concerns. */
    Http2Farewell(AbstractConnector connector, Predicate<Session> concerned) {
        this.connector = connector;
        this.concerned = concerned;
    }

    /** Tells those that have no request under way, or all, and each only once. To be called again and again. */
    void say(boolean alsoToBusyOnes) {
        for (SessionContainer container : connector.getContainedBeans(SessionContainer.class)) {
            for (Session session : container.getSessions()) {
                if (concerned.test(session)
                        && (alsoToBusyOnes || session.getStreams().isEmpty())
                        && told.add(session)) {
                    // What the client has sent before it saw this is still answered.
                    var unused = session.shutdown();
                }
            }
        }
    }
}
