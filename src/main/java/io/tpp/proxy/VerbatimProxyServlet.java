package io.tpp.proxy;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * Jetty's proxy servlet with what it would change left as it is: targets, headers, lengths and the flow of
 * bytes, both ways. It knows nothing of tokens.
 *
 * <p>Every request it is given is an {@link Exchange}.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any thread, the upstream client's selector included; nothing blocks. All state of a
 * request is in its {@link Exchange}.
 */
abstract class VerbatimProxyServlet extends AsyncMiddleManServlet {
    private static final long serialVersionUID = 1L;

    private final transient ClientAccess access;
    private transient volatile ProxySettings settings;
    private final transient UpstreamTarget target;
    private transient volatile OriginHeaders originHeaders;

    VerbatimProxyServlet(ProxySettings settings, ClientAccess access) {
        this.access = access;
        this.settings = settings;
        this.target = UpstreamTarget.of(settings.tls() != null, settings.host(), settings.port());
        this.originHeaders = new OriginHeaders(settings.trustedProxies());
    }

    /** Returns the settings for what begins now. */
    final ProxySettings settings() {
        return settings;
    }

    /**
     * Takes other settings, for requests that begin from now on; host, port and TLS stay what they were. May be called on
     * any thread.
     */
    public void apply(ProxySettings next) {
        settings = next;
        originHeaders = new OriginHeaders(next.trustedProxies());
        HttpClient client = getHttpClient();
        if (client != null) {
            client.setConnectTimeout(next.connectTimeout().toMillis());
        }
    }

    final UpstreamTarget target() {
        return target;
    }

    // The request to the upstream

    @Override
    protected final String rewriteTarget(HttpServletRequest request) {
        return "";
    }

    @Override
    protected final Request newProxyRequest(HttpServletRequest request, String rewrittenTarget) {
        Exchange exchange = (Exchange) request;
        return new UpstreamRequest(
                        getHttpClient(),
                        exchange,
                        target,
                        request.getMethod(),
                        exchange.core().getHttpURI())
                .idleTimeout(settings.responseTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    protected final void copyRequestHeaders(HttpServletRequest request, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        HttpFields fields = exchange.core().getHeaders();
        HeaderRules.Keeps keeps = new HeaderRules.Keeps(
                exchange.keepsAuthorization(),
                originHeaders.trusts(exchange.connection()),
                !access.carriesKey(exchange.connection()));
        upstreamRequest.headers(headers -> copyRequest(exchange, fields, headers.clear(), keeps));
        UpgradeOffer offer = exchange.upgradeOffer();
        if (offer != null) {
            upstreamRequest.headers(offer::addTo);
        }
    }

    private void copyRequest(Exchange exchange, HttpFields from, HttpFields.Mutable to, HeaderRules.Keeps keeps) {
        HttpVersion version = exchange.core().getConnectionMetaData().getHttpVersion();
        HeaderRules.copyRequest(from, to, keeps);
        Trailers.copyAcceptance(version, from, to);
        if (!Trailers.canPass(version) || exchange.getContentLengthLong() >= 0 || !hasContent(exchange)) {
            to.remove(HttpHeader.TRAILER);
        }
        if (expects100Continue(exchange)) {
            to.add(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        }
    }

    @Override
    protected final void addProxyHeaders(HttpServletRequest request, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        upstreamRequest.headers(headers -> {
            headers.add(host(exchange));
            originHeaders.add(exchange.core(), exchange.connection(), headers);
            Via.addTo(headers, exchange.core().getConnectionMetaData().getHttpVersion());
        });
    }

    private HttpField host(Exchange exchange) {
        String given = settings.preserveHost() ? OriginHeaders.host(exchange.core()) : null;
        return given == null ? target.hostField() : new HttpField(HttpHeader.HOST, given);
    }

    @Override
    protected final boolean hasContent(HttpServletRequest request) {
        if (((Exchange) request).core().getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            return super.hasContent(request);
        }
        long length = request.getContentLengthLong();
        return length > 0 || (length < 0 && !"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod()));
    }

    /** In HTTP/1.0 an expectation means nothing (RFC 9110 §10.1.1), and without a body it makes no sense. */
    @Override
    protected final boolean expects100Continue(HttpServletRequest request) {
        return Trailers.canPass(
                        ((Exchange) request).core().getConnectionMetaData().getHttpVersion())
                && hasContent(request)
                && super.expects100Continue(request);
    }

    @Override
    protected AsyncRequestContent newProxyRequestContent(
            HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        RequestBody body = new RequestBody(settings.replayBytes());
        ((Exchange) request).body(body);
        return body;
    }

    @Override
    protected void sendProxyRequest(HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        long length = request.getContentLengthLong();
        if (upstreamRequest.getBody() != null && length >= 0) {
            // The base class takes it away, and the upstream would get chunks instead.
            upstreamRequest.headers(headers -> headers.put(HttpHeader.CONTENT_LENGTH, length));
        } else if (upstreamRequest.getBody() != null
                && upstreamRequest.getBody().getLength() < 0) {
            RequestBody body = ((Exchange) request).body();
            upstreamRequest.trailersSupplier(body == null ? null : body::trailers);
        }
        // The base class notes for its own reader of bodies that this has happened.
        upstreamRequest.send(newProxyResponseListener(request, response));
    }

    // The upstream's response

    @Override
    protected void onServerResponseHeaders(
            HttpServletRequest request, HttpServletResponse response, Response upstreamResponse) {
        Exchange exchange = (Exchange) request;
        // Past the servlet layer, which writes a type that it knows in its own way, and compares the length with the
        // servlet's own output, of which there is none.
        HttpFields.Mutable headers =
                exchange.core().getServletContextResponse().getWrapped().getHeaders();
        HeaderRules.copyResponse(upstreamResponse.getHeaders(), headers);
        Via.addTo(headers, upstreamResponse.getVersion());
        if (upstreamResponse.getStatus() == HttpStatus.UPGRADE_REQUIRED_426 && exchange.upgradeOffer() != null) {
            HeaderRules.copyUpgrade(upstreamResponse.getHeaders(), headers);
        }
        passTrailers(exchange, upstreamResponse, headers);
        UnknownLength.keep(exchange.core(), upstreamResponse.getStatus(), upstreamResponse.getHeaders());
    }

    private static void passTrailers(Exchange exchange, Response upstreamResponse, HttpFields.Mutable headers) {
        HttpFields head = upstreamResponse.getHeaders();
        if (Trailers.canPass(exchange.core().getConnectionMetaData().getHttpVersion())
                && Trailers.mayFollow(head)
                && !UnknownLength.describesOnly(exchange.core(), upstreamResponse.getStatus())) {
            exchange.core()
                    .getServletContextResponse()
                    .setTrailersSupplier(() -> Trailers.passing(head, upstreamResponse.getTrailers()));
        } else {
            headers.remove(HttpHeader.TRAILER);
        }
    }

    // Set-up

    @Override
    protected final HttpClient createHttpClient() throws ServletException {
        Server server = ServletContextHandler.getServletContextHandler(getServletContext())
                .getServer();
        try {
            return UpstreamClient.start(settings.connectTimeout(), settings.tls(), server);
        } catch (Exception failure) {
            throw new ServletException("the upstream client cannot start", failure);
        }
    }

    /** The base class would log all headers at DEBUG, the token's among them. */
    @Override
    protected final Logger createLogger() {
        return NOPLogger.NOP_LOGGER;
    }
}
