package io.tpp.proxy;

import io.tpp.pool.Holder;
import io.tpp.pool.RefusedException;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.ee10.servlet.ServletContextResponse;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * Forwards clients' requests to the upstream with their connection's token: this is where the token is
 * injected.
 *
 * <p>A request goes through {@link LeaseGate} first. Then the base class streams it and its answer; what
 * is overridden here keeps targets, headers, lengths and the flow of bytes as they are.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any thread, the upstream client's selector included; nothing blocks. All state of a
 * request is in its {@link Exchange}.
 */
public final class TokenProxyServlet extends AsyncMiddleManServlet implements LeaseGate.Next {
    private static final long serialVersionUID = 1L;

    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final transient ProxySettings settings;
    private final transient TokenPool pool;
    private final transient ConnectionLeases connections;
    private final transient ScheduledExecutorService timer;
    private final transient ProxyListener listener;
    private final transient BooleanSupplier draining;
    private final transient UpstreamTarget target;
    private final transient ClientWatch clientWatch;
    private final transient LeaseGate gate;

    /**
     * Makes a servlet for the connector to which {@code connections} listens.
     *
     * @param timer for short tasks; not used before {@link #init}
     * @param draining whether clients are asked to close their connections after the response
     */
    public TokenProxyServlet(
            ProxySettings settings,
            TokenPool pool,
            ConnectionLeases connections,
            ScheduledExecutorService timer,
            ProxyListener listener,
            BooleanSupplier draining) {
        this.settings = settings;
        this.pool = pool;
        this.connections = connections;
        this.timer = timer;
        this.listener = listener;
        this.draining = draining;
        this.target = UpstreamTarget.of(settings.tls() != null, settings.host(), settings.port());
        this.clientWatch = new ClientWatch(connections, pool, settings.finMeansGone(), System::nanoTime);
        this.gate = new LeaseGate(pool, clientWatch, System::nanoTime, this);
    }

    @Override
    public void init() throws ServletException {
        super.init();
        clientWatch.start(timer);
    }

    // The way in

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Refusal refusal = Refusal.of(request, settings.forwardLogin());
        if (refusal != null) {
            Answers.send(response, refusal.status(), refusal.message());
            return;
        }
        if (draining.getAsBoolean()) {
            response.setHeader(HttpHeader.CONNECTION.asString(), "close");
        }
        Exchange exchange = open(request, response);
        if (exchange != null) {
            begin(exchange);
        }
    }

    /** The base class prepares the request and reads its body; when it would send it, the gate comes first. */
    private void begin(Exchange exchange) {
        try {
            super.service(exchange, exchange.response());
        } catch (ServletException | IOException | RuntimeException failure) {
            onProxyResponseFailure(exchange, exchange.response(), null, failure);
        }
    }

    /** Returns null if the client's connection has ended meanwhile. */
    private @Nullable Exchange open(HttpServletRequest request, HttpServletResponse response) {
        long now = System.nanoTime();
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        ClientConnection connection =
                connections.of(core.getConnectionMetaData().getConnection());
        if (connection == null) {
            return null;
        }
        Holder holder = settings.leasePerRequest() ? pool.newHolder() : connection.holder();
        Exchange exchange = new Exchange(request, response, connection, holder, now);
        connection.exchange(exchange);
        org.eclipse.jetty.server.Request.addCompletionListener(core, failure -> clientSideEnded(exchange));
        return exchange;
    }

    @Override
    public void refuse(Exchange exchange, RefusedException refusal) {
        synchronized (exchange) {
            if (!exchange.isCompleted()) {
                Answers.refuse(exchange, refusal);
            }
        }
        exchange.complete();
    }

    // The request to the upstream

    @Override
    protected String rewriteTarget(HttpServletRequest request) {
        return "";
    }

    @Override
    protected Request newProxyRequest(HttpServletRequest request, String rewrittenTarget) {
        Exchange exchange = (Exchange) request;
        return new UpstreamRequest(
                        getHttpClient(), target.base(), exchange.core().getHttpURI())
                .host(target.host())
                .method(request.getMethod())
                .idleTimeout(settings.responseTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .attribute(CLIENT_REQUEST_ATTRIBUTE, request);
    }

    @Override
    protected void copyRequestHeaders(HttpServletRequest request, Request upstreamRequest) {
        HttpFields fields = ((Exchange) request).core().getHeaders();
        upstreamRequest.headers(headers -> HeaderRules.copyRequest(fields, headers.clear()));
    }

    @Override
    protected void addProxyHeaders(HttpServletRequest request, Request upstreamRequest) {
        String forwarded = ((Exchange) request).connection().forwarded() + ";proto=" + request.getScheme();
        upstreamRequest.headers(headers -> headers.add(target.hostField()).add(HttpHeader.FORWARDED, forwarded));
    }

    @Override
    protected boolean hasContent(HttpServletRequest request) {
        if (((Exchange) request).core().getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            return super.hasContent(request);
        }
        long length = request.getContentLengthLong();
        return length > 0 || (length < 0 && !"GET".equals(request.getMethod()) && !"HEAD".equals(request.getMethod()));
    }

    /** Jetty answers 100 Continue itself when the body is read, so that an upstream that ignores Expect does no harm. */
    @Override
    protected boolean expects100Continue(HttpServletRequest request) {
        return false;
    }

    @Override
    protected AsyncRequestContent newProxyRequestContent(
            HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        ((Exchange) request).bodyComes();
        return new RequestBody();
    }

    @Override
    protected ReadListener newProxyReadListener(
            HttpServletRequest request,
            HttpServletResponse response,
            Request upstreamRequest,
            AsyncRequestContent content) {
        return new BodyReader((Exchange) request, response, upstreamRequest, content);
    }

    /** All is ready but for the token. With a body, its first part has come. */
    @Override
    protected void sendProxyRequest(HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        exchange.prepared(upstreamRequest);
        gate.admit(exchange);
    }

    @Override
    public void forward(Exchange exchange) {
        Request upstreamRequest = exchange.openUpstreamSide(System.nanoTime());
        if (upstreamRequest == null) {
            // The client left at the very hand-off; its side may have ended before it had a token to give back.
            pool.end(Objects.requireNonNull(exchange.use()));
            return;
        }
        long length = exchange.getContentLengthLong();
        if (upstreamRequest.getBody() != null && length >= 0) {
            // The base class takes it away, and the upstream would get chunks instead.
            upstreamRequest.headers(headers -> headers.put(HttpHeader.CONTENT_LENGTH, length));
        }
        inject(exchange, upstreamRequest);
        super.sendProxyRequest(exchange, exchange.response(), upstreamRequest);
        exchange.sent();
    }

    /** After everything else was stripped and added, so that nothing the client sends can remove or replace the token. */
    private static void inject(Exchange exchange, Request upstreamRequest) {
        TokenUse use = Objects.requireNonNull(exchange.use(), "a request without a token is never forwarded");
        upstreamRequest.headers(
                headers -> headers.put(HttpHeader.AUTHORIZATION, use.value().headerValue()));
    }

    @Override
    protected void onClientRequestFailure(
            HttpServletRequest request, Request upstreamRequest, HttpServletResponse response, Throwable failure) {
        Exchange exchange = (Exchange) request;
        exchange.clientFailed(failure);
        exchange.abort(upstreamRequest, failure);
    }

    // The upstream's response

    @Override
    protected Response.CompleteListener newProxyResponseListener(
            HttpServletRequest request, HttpServletResponse response) {
        return new UpstreamResponse((Exchange) request, response);
    }

    @Override
    protected ProxyWriter newProxyWriteListener(HttpServletRequest request, Response upstreamResponse) {
        return new ResponseWriter((Exchange) request, upstreamResponse);
    }

    @Override
    protected void onServerResponseHeaders(
            HttpServletRequest request, HttpServletResponse response, Response upstreamResponse) {
        ServletContextResponse core = ((Exchange) request).core().getServletContextResponse();
        HeaderRules.copyResponse(upstreamResponse.getHeaders(), core.getHeaders());
        // The servlet layer writes a type that it knows in its own way.
        HttpField contentType = upstreamResponse.getHeaders().getField(HttpHeader.CONTENT_TYPE);
        if (contentType != null && core.getHeaders().contains(HttpHeader.CONTENT_TYPE)) {
            core.getWrapped().getHeaders().put(contentType);
        }
        Answers.tellWait(core.getHeaders(), ((Exchange) request).waited());
    }

    /** Past the servlet's aggregation buffer, so that every piece goes on as it comes, uncopied. */
    @Override
    protected void writeProxyResponseContent(ServletOutputStream output, ByteBuffer content) throws IOException {
        ((HttpOutput) output).write(content);
    }

    @Override
    protected void onProxyResponseSuccess(
            HttpServletRequest request, HttpServletResponse response, Response upstreamResponse) {
        ((Exchange) request).complete();
    }

    @Override
    protected void onProxyResponseFailure(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Response upstreamResponse,
            Throwable failure) {
        Exchange exchange = (Exchange) request;
        synchronized (exchange) {
            exchange.endWatch();
            if (!exchange.isCompleted()) {
                answerFailure(exchange, failure);
            }
        }
        exchange.complete();
    }

    private void answerFailure(Exchange exchange, Throwable failure) {
        Throwable clientFailure = exchange.clientFailure();
        if (exchange.isClientGone()) {
            exchange.cut();
        } else if (clientFailure == null) {
            UpstreamFailure upstreamFailure = UpstreamFailure.of(failure, target);
            listener.upstreamError(upstreamFailure.kind());
            answerOrCut(exchange, upstreamFailure.status(), upstreamFailure.message());
        } else if (clientFailure instanceof TimeoutException) {
            answerOrCut(exchange, HttpServletResponse.SC_REQUEST_TIMEOUT, "the request's body did not arrive in time");
        } else if (clientFailure instanceof HttpException malformed) {
            answerOrCut(exchange, malformed.getCode(), "the request's body is malformed");
        } else {
            exchange.abandon();
            exchange.cut();
        }
    }

    private static void answerOrCut(Exchange exchange, int status, String message) {
        if (exchange.response().isCommitted()) {
            exchange.cut();
        } else {
            Answers.sendAndClose(exchange.response(), status, message);
        }
    }

    // The end

    private void clientSideEnded(Exchange exchange) {
        exchange.completedByJetty();
        exchange.connection().exchange(null);
        int status = exchange.isClientGone()
                ? CLIENT_CLOSED_REQUEST
                : exchange.core().getServletContextResponse().getStatus();
        listener.requestEnded(status, Duration.ofNanos(System.nanoTime() - exchange.beganAt()));
        if (settings.leasePerRequest() || exchange.isLastOfConnection()) {
            pool.close(exchange.holder());
        }
        sideEnded(exchange);
    }

    private void sideEnded(Exchange exchange) {
        if (!exchange.closeSide()) {
            return;
        }
        TokenUse use = exchange.use();
        if (use != null) {
            pool.end(use);
        }
    }

    /** The base class's reader, which also tells when the body was read to its end. */
    private final class BodyReader extends ProxyReader {
        private final Exchange exchange;

        BodyReader(
                Exchange exchange, HttpServletResponse response, Request upstreamRequest, AsyncRequestContent content) {
            super(exchange, response, upstreamRequest, content);
            this.exchange = exchange;
        }

        @Override
        public void onAllDataRead() throws IOException {
            exchange.bodyRead();
            super.onAllDataRead();
            if (exchange.use() == null) {
                clientWatch.watch(exchange);
            }
        }
    }

    /** The base class's listener, which keeps off a response that is not its own any more, and tells when it is over. */
    private final class UpstreamResponse extends ProxyResponseListener {
        private final Exchange exchange;

        UpstreamResponse(Exchange exchange, HttpServletResponse response) {
            super(exchange, response);
            this.exchange = exchange;
        }

        @Override
        public void onBegin(Response upstreamResponse) {
            synchronized (exchange) {
                if (exchange.isCompleted()) {
                    giveUp(upstreamResponse);
                } else {
                    super.onBegin(upstreamResponse);
                }
            }
        }

        @Override
        public void onHeaders(Response upstreamResponse) {
            synchronized (exchange) {
                if (!exchange.isCompleted()) {
                    super.onHeaders(upstreamResponse);
                }
            }
        }

        @Override
        public void onContent(Response upstreamResponse, Content.Chunk chunk, Runnable demander) {
            synchronized (exchange) {
                if (exchange.isCompleted()) {
                    giveUp(upstreamResponse);
                } else {
                    super.onContent(upstreamResponse, chunk, demander);
                }
            }
        }

        private void giveUp(Response upstreamResponse) {
            var unused = upstreamResponse.abort(new ClientGoneException());
        }

        @Override
        public void onComplete(Result result) {
            try {
                super.onComplete(result);
            } finally {
                sideEnded(exchange);
            }
        }
    }

    /** The base class's writer, which keeps off a response that is not its own any more. */
    private final class ResponseWriter extends ProxyWriter {
        private final Exchange exchange;

        ResponseWriter(Exchange exchange, Response upstreamResponse) {
            super(exchange, upstreamResponse);
            this.exchange = exchange;
        }

        @Override
        protected Action process() throws Throwable {
            synchronized (exchange) {
                if (exchange.isCompleted()) {
                    throw new ClientGoneException();
                }
                return super.process();
            }
        }
    }

    // Set-up

    @Override
    protected HttpClient createHttpClient() throws ServletException {
        Executor executor = (Executor) getServletContext().getAttribute("org.eclipse.jetty.server.Executor");
        try {
            return UpstreamClient.start(settings.connectTimeout(), settings.tls(), executor);
        } catch (Exception failure) {
            throw new ServletException("the upstream client cannot start", failure);
        }
    }

    /** The base class would log all headers at DEBUG, the token's among them. */
    @Override
    protected Logger createLogger() {
        return NOPLogger.NOP_LOGGER;
    }
}
