package io.tpp.proxy;

import io.opentelemetry.api.trace.SpanContext;
import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request: where it comes from, and what it was given.
 *
 * <h2>Threads</h2>
 *
 * Any of Jetty's; what may change is volatile.
 */
abstract class ExchangeFacts extends ProxiedRequest implements RequestFacts {
    private final HttpServletResponse response;
    private final ClientConnection connection;
    private final Holder holder;
    private final long beganAt;
    private final Connection transport;
    private final RequestTrace trace;
    private final @Nullable UpgradeOffer upgradeOffer;

    /** Whether it goes with the client's own Authorization, and without a token. */
    private volatile boolean ownAuthorization;

    private volatile @Nullable TokenUse use;
    private volatile Duration waited = Duration.ZERO;
    private volatile @Nullable RequestBody body;

    /** Why it was, or is to be, sent again, and how often. */
    private final Resends resends = new Resends();

    ExchangeFacts(
            HttpServletRequest request,
            HttpServletResponse response,
            ClientConnection connection,
            Holder holder,
            long beganAt) {
        super(request, response);
        this.transport = core().getConnectionMetaData().getConnection();
        this.trace = RequestTrace.begin(core().getHttpURI().getQuery());
        this.upgradeOffer = UpgradeOffer.of(core());
        this.response = response;
        this.connection = connection;
        this.holder = holder;
        this.beganAt = beganAt;
    }

    /** Returns what its protocol is spoken on. */
    final Connection transport() {
        return transport;
    }

    final HttpServletResponse response() {
        return response;
    }

    final ClientConnection connection() {
        return connection;
    }

    /** Returns who takes the lease: the connection, or this request alone. */
    final Holder holder() {
        return holder;
    }

    final long beganAt() {
        return beganAt;
    }

    final RequestTrace trace() {
        return trace;
    }

    @Override
    public final SpanContext span() {
        return trace.span();
    }

    /** Ends the client's connection, and all requests on it. */
    final void closeConnection() {
        transport.close();
    }

    /**
     * Returns, after the response, whether no other request can follow on the client's connection: Jetty
     * has ended its sending side, or is about to, and may wait long for the client to do the same.
     */
    final boolean isLastOfConnection() {
        return transport.getEndPoint().isOutputShutdown()
                || (isHttp1()
                        && core().getServletContextResponse()
                                .getHeaders()
                                .contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString()));
    }

    /** Returns the protocols the client offers to switch to; null: none. */
    @Nullable
    final UpgradeOffer upgradeOffer() {
        return upgradeOffer;
    }

    // The token

    /** It goes with the client's own Authorization, if there is one, and without a token. */
    final void keepAuthorization() {
        ownAuthorization = true;
    }

    final boolean keepsAuthorization() {
        return ownAuthorization;
    }

    /** Notes that the request waited so long, on top of earlier waits. */
    final void waited(Duration duration) {
        waited = waited.plus(duration);
    }

    @Override
    public final Duration waited() {
        return waited;
    }

    @Override
    public final int tokenNumber() {
        TokenUse granted = use;
        return granted == null ? 0 : granted.tokenNumber();
    }

    @Override
    public final @Nullable String clientName() {
        return connection.clientName();
    }

    final void granted(@Nullable TokenUse granted) {
        use = granted;
    }

    /** Returns the use of the token; null while there is none. */
    @Nullable
    final TokenUse use() {
        return use;
    }

    // The body

    final void body(RequestBody content) {
        body = content;
    }

    /** Returns what is sent of the request's body; null: it has none. */
    @Nullable
    final RequestBody body() {
        return body;
    }

    final Resends resends() {
        return resends;
    }

    /** Returns whether the connection is at the end of this request. */
    final boolean isBodyRead() {
        RequestBody content = body;
        return content == null || content.isClosed();
    }

    /** Returns whether all of the body has come, even if it is not known yet to be all. */
    final boolean hasWholeBody() {
        RequestBody content = body;
        return content == null || content.isWhole(getContentLengthLong());
    }

    final boolean isHttp1() {
        return core().getConnectionMetaData().getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion();
    }
}
