package io.tpp.proxy;

import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What the proxy knows of a request that it was given, for the request log. Thread-safe. */
public interface RequestFacts {
    /** The attribute that holds what the client of a refused request is called. */
    String REFUSED_CLIENT = RequestFacts.class.getName() + ".refusedClient";

    /** Returns the facts of a request; null if it did not get as far as to the proxy. */
    static @Nullable RequestFacts of(Request request) {
        return (RequestFacts) request.getAttribute(RequestFacts.class.getName());
    }

    /** Returns what a request's client is called, also if the request was refused; null: that is not known. */
    static @Nullable String clientName(Request request) {
        RequestFacts facts = of(request);
        return facts == null ? (String) request.getAttribute(REFUSED_CLIENT) : facts.clientName();
    }

    /** Returns what its client is called, by its API key or certificate; null: neither is known. */
    @Nullable
    String clientName();

    /** Returns the number of the token it was last sent with; 0: none. */
    int tokenNumber();

    /** Returns how long it waited for tokens. */
    Duration waited();

    /** Returns how long ago it was last sent to the upstream; null: never. */
    @Nullable
    Duration sinceSent();

    /** Returns the request's place in its trace; not valid if there is none. */
    SpanContext span();

    /** Returns whether the client left before it was answered. */
    boolean isClientGone();
}
