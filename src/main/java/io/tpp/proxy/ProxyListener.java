package io.tpp.proxy;

import java.time.Duration;

/**
 * What happens on the path of requests, for metrics and logs.
 *
 * <p>Called on Jetty's threads; must not block.
 */
public interface ProxyListener {
    /** What went wrong at the upstream; the names are those of the metric's {@code kind}. */
    enum UpstreamError {
        /** No connection could be made. */
        CONNECT,
        /** No connection or no answer in time. */
        TIMEOUT,
        /** The connection broke before the answer was complete. */
        RESET,
        /** The answer is not HTTP. */
        PROTOCOL
    }

    /** Why a request was sent again; the names are those of the metric's {@code reason}. */
    enum ReplayReason {
        /** The upstream refused its token. */
        UNAUTHORIZED,
        /** No connection could be made. */
        CONNECT,
        /** The kept connection that it was sent on had just been closed. */
        STALE
    }

    /** Why a client was refused; the names are those of the metric's {@code reason}. */
    enum AccessRefusal {
        /** Its address is not allowed. */
        ADDRESS,
        /** It has no API key, or a wrong one. */
        KEY,
        /** Its certificate is not one of those that are let in. */
        SUBJECT,
        /** Its connection is another client's. */
        OTHER_CLIENT,
        /** It has as many connections as it may. */
        CONNECTIONS,
        /** Its request is for a path that is closed. */
        PATH,
        /** Its request has a method that is not allowed. */
        METHOD
    }

    /** A client connected. */
    default void connectionOpened() {}

    /** A client connection ended after {@code open}. */
    default void connectionClosed(Duration open) {}

    /** A lease outlived its client connection, and was released by the sweep: a fault of TPP or Jetty. */
    default void leaseLeaked() {}

    /**
     * A request ended.
     *
     * @param status what the client was answered; 499 if it left before
     * @param took from the request's head to the answer's end, waiting included
     */
    default void requestEnded(int status, Duration took) {}

    /** A connection or a request was refused because of who or what it is. */
    default void accessRefused(AccessRefusal reason) {}

    /** The upstream failed a request, which perhaps is sent again. */
    default void upstreamError(UpstreamError kind) {}

    /** A request that was provably not executed is sent again, as soon as it has a token. */
    default void requestReplayed(ReplayReason reason) {}
}
