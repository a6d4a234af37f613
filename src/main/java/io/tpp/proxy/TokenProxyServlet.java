package io.tpp.proxy;

import io.tpp.dolphindb.DeadTokenDetector;
import io.tpp.pool.Holder;
import io.tpp.pool.RefusedException;
import io.tpp.pool.TokenPool;
import io.tpp.pool.TokenUse;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Forwards clients' requests to the upstream with their connection's token: this is where the token is
 * injected.
 *
 * <p>A request goes through {@link LeaseGate} first; then Jetty streams it and its answer.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any thread, the upstream client's selector included; nothing blocks. All state of a
 * request is in its {@link Exchange}.
 */
public final class TokenProxyServlet extends VerbatimProxyServlet implements LeaseGate.Next {
    private static final long serialVersionUID = 1L;

    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final transient ProxySettings settings;
    private final transient TokenPool pool;
    private final transient ConnectionLeases connections;
    private final transient ClientAccess access;
    private final transient ScheduledExecutorService timer;
    private final transient ProxyListener listener;
    private final transient BooleanSupplier draining;
    private final transient ClientWatch clientWatch;
    private final transient LeaseGate gate;
    private final transient FailureAnswer failureAnswer;
    private final transient Replays replays;
    private final transient RequestRules rules;
    private final transient SlowBodies slowBodies;

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
            ClientAccess access,
            ScheduledExecutorService timer,
            ProxyListener listener,
            BooleanSupplier draining) {
        super(settings, access);
        this.access = access;
        this.settings = settings;
        this.pool = pool;
        this.connections = connections;
        this.timer = timer;
        this.listener = listener;
        this.draining = draining;
        this.clientWatch = new ClientWatch(connections, pool, settings.finMeansGone(), System::nanoTime);
        this.rules = settings.rules();
        this.slowBodies = new SlowBodies(settings.limits(), System::nanoTime, this::bodyTooSlow);
        this.gate = new LeaseGate(pool, clientWatch, System::nanoTime, this);
        this.failureAnswer = new FailureAnswer(target(), listener);
        this.replays = new Replays(
                pool,
                gate,
                timer,
                System::nanoTime,
                listener,
                failureAnswer,
                settings.replayBytes(),
                this::upstreamSideEnded);
    }

    @Override
    public void init() throws ServletException {
        super.init();
        clientWatch.start(timer);
        slowBodies.start(timer);
    }

    // The way in

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        ClientConnection connection =
                connections.of(core.getConnectionMetaData().getConnection());
        if (connection == null) {
            // It has ended meanwhile.
            return;
        }
        Refusal refusal = refuse(core, connection);
        if (refusal != null) {
            access.refused(refusal, connection);
            refusal.answer(response);
            return;
        }
        if (draining.getAsBoolean()) {
            response.setHeader(HttpHeader.CONNECTION.asString(), "close");
            if (UpgradeOffer.of(core) != null) {
                Answers.send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "shutting down");
                return;
            }
        }
        begin(open(request, response, core, connection));
    }

    /** First who it comes from: a stranger learns nothing of what is allowed, and takes neither token nor place. */
    private @Nullable Refusal refuse(ServletContextRequest core, ClientConnection connection) {
        boolean keepsAuthorization = rules.ownAuthorization().isKept(Refusal.path(core));
        Refusal refusal = access.check(core, connection, keepsAuthorization);
        return refusal == null ? Refusal.of(core, rules) : refusal;
    }

    /** Jetty's servlet prepares the request and reads its body; when it would send it, the gate comes first. */
    private void begin(Exchange exchange) {
        try {
            super.service(exchange, exchange.response());
        } catch (ServletException | IOException | RuntimeException failure) {
            onProxyResponseFailure(exchange, exchange.response(), null, failure);
        }
    }

    private Exchange open(
            HttpServletRequest request,
            HttpServletResponse response,
            ServletContextRequest core,
            ClientConnection connection) {
        long now = System.nanoTime();
        Holder holder = settings.leasePerRequest() ? pool.newHolder() : connection.holder();
        Exchange exchange = new Exchange(request, response, connection, holder, now);
        if (rules.ownAuthorization().isKept(Refusal.path(core))) {
            exchange.keepAuthorization();
        }
        connection.exchange(exchange);
        org.eclipse.jetty.server.Request.addCompletionListener(core, failure -> clientSideEnded(exchange));
        return exchange;
    }

    @Override
    protected AsyncRequestContent newProxyRequestContent(
            HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        exchange.bodyComes();
        exchange.measure(slowBodies.begin(exchange));
        return super.newProxyRequestContent(request, response, upstreamRequest);
    }

    @Override
    protected ReadListener newProxyReadListener(
            HttpServletRequest request,
            HttpServletResponse response,
            Request upstreamRequest,
            AsyncRequestContent content) {
        ReadListener proxy = super.newProxyReadListener(request, response, upstreamRequest, content);
        return new BodyReader((Exchange) request, proxy, clientWatch);
    }

    @Override
    protected void onClientRequestFailure(
            HttpServletRequest request, Request upstreamRequest, HttpServletResponse response, Throwable failure) {
        if (!((Exchange) request).clientFailed(failure)) {
            onProxyResponseFailure(request, response, null, failure);
        }
    }

    private void bodyTooSlow(Exchange exchange) {
        Throwable failure = new TimeoutException("the request's body comes too slowly");
        if (!exchange.clientFailed(failure)) {
            failureAnswer.send(exchange, failure);
        }
    }

    // The token

    /** All is ready but for the token. With a body, its first part has come. */
    @Override
    protected void sendProxyRequest(HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        exchange.prepared((UpstreamRequest) upstreamRequest);
        gate.admit(exchange);
    }

    @Override
    public void refuse(Exchange exchange, RefusedException refusal) {
        Throwable unreachable = exchange.resends().connectFailure();
        if (unreachable != null && refusal.reason() != RefusedException.Reason.SHUTTING_DOWN) {
            failureAnswer.stillUnreachable(exchange, unreachable);
            return;
        }
        synchronized (exchange) {
            if (!exchange.isCompleted()) {
                Answers.refuse(exchange, refusal);
            }
        }
        exchange.complete();
    }

    @Override
    public void forward(Exchange exchange, @Nullable TokenUse use) {
        UpstreamCall call = exchange.openUpstreamSide(System.nanoTime());
        if (call == null) {
            // The client left at the very hand-off; its side may have ended before it had a token to give back.
            if (use != null) {
                pool.end(use);
            }
            return;
        }
        if (use != null) {
            inject(call);
        }
        RequestBody body = exchange.body();
        if (body != null) {
            call.request().body(body.fromStart());
        }
        expectUpgrade(exchange, call);
        try {
            super.sendProxyRequest(exchange, exchange.response(), call.request());
        } catch (RuntimeException failure) {
            upstreamSideEnded(exchange, call);
            onProxyResponseFailure(exchange, exchange.response(), null, failure);
        } finally {
            call.sent();
        }
    }

    /** After everything else was stripped and added, so that nothing the client sends can remove or replace the token. */
    private static void inject(UpstreamCall call) {
        call.request()
                .headers(headers ->
                        headers.put(HttpHeader.AUTHORIZATION, call.use().value().headerValue()));
    }

    private void expectUpgrade(Exchange exchange, UpstreamCall call) {
        UpgradeOffer offer = exchange.upgradeOffer();
        if (offer != null) {
            UpgradeTunnel.Settings tunnel = new UpgradeTunnel.Settings(
                    settings.tunnelIdleTimeout(),
                    settings.finMeansGone(),
                    System::nanoTime,
                    opened -> tunnelEnded(exchange, call, opened));
            UpgradeHandler.expect(new PendingUpgrade(exchange, offer, tunnel), call.request());
        }
    }

    // The upstream's response

    @Override
    protected Response.CompleteListener newProxyResponseListener(
            HttpServletRequest request, HttpServletResponse response) {
        Exchange exchange = (Exchange) request;
        UpstreamCall call = Objects.requireNonNull(exchange.call(), "nothing is sent before its side is open");
        Response.Listener proxy = (Response.Listener) super.newProxyResponseListener(request, response);
        // What the upstream says to the client's own credentials is for the client.
        DeadTokenDetector detector = exchange.keepsAuthorization() ? DeadTokenDetector.NONE : settings.detector();
        return new UpstreamResponse(exchange, call, proxy, detector, replays);
    }

    @Override
    protected void onServerResponseHeaders(
            HttpServletRequest request, HttpServletResponse response, Response upstreamResponse) {
        super.onServerResponseHeaders(request, response, upstreamResponse);
        Exchange exchange = (Exchange) request;
        Answers.tellWait(exchange.core().getServletContextResponse().getHeaders(), exchange.waited());
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
        failureAnswer.send((Exchange) request, failure);
    }

    // The end

    private void clientSideEnded(Exchange exchange) {
        exchange.completedByJetty();
        slowBodies.end(exchange);
        exchange.connection().exchange(null);
        if (!exchange.isUpgraded()) {
            int status = exchange.core().getServletContextResponse().getStatus();
            requestEnded(exchange, exchange.isClientGone() ? CLIENT_CLOSED_REQUEST : status);
        }
    }

    /** A tunnel is a request that lasts until both its connections have ended. */
    private void tunnelEnded(Exchange exchange, UpstreamCall call, boolean opened) {
        upstreamSideEnded(exchange, call);
        requestEnded(exchange, opened ? HttpStatus.SWITCHING_PROTOCOLS_101 : CLIENT_CLOSED_REQUEST);
    }

    private void requestEnded(Exchange exchange, int status) {
        listener.requestEnded(status, Duration.ofNanos(System.nanoTime() - exchange.beganAt()));
        if (settings.leasePerRequest() || exchange.isLastOfConnection()) {
            pool.close(exchange.holder());
        }
        sideEnded(exchange);
    }

    private void upstreamSideEnded(Exchange exchange, UpstreamCall call) {
        if (call.end()) {
            sideEnded(exchange);
        }
    }

    private void sideEnded(Exchange exchange) {
        TokenUse use = exchange.closeSide() ? exchange.use() : null;
        if (use != null) {
            pool.end(use);
        }
    }
}
