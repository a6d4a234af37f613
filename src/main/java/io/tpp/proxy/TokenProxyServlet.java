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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
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

    /** How long the upstream may take to say whether it wants a body; as long as curl waits for the same. */
    private static final Duration CONTINUE_TIME = Duration.ofSeconds(1);

    private final transient TokenPool pool;
    private final transient ConnectionLeases connections;
    private final transient ClientAccess access;
    private final transient ScheduledExecutorService timer;
    private final transient BooleanSupplier draining;
    private final transient ClientWatch clientWatch;
    private final transient LeaseGate gate;
    private final transient FailureAnswer failureAnswer;
    private final transient ExchangeEnd end;
    private final transient Replays replays;
    private transient volatile RequestRules rules;
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
        this.pool = pool;
        this.connections = connections;
        this.timer = timer;
        this.draining = draining;
        this.clientWatch =
                new ClientWatch(connections, pool, () -> settings().finMeansGone(), draining, System::nanoTime);
        this.rules = settings.rules();
        this.slowBodies = new SlowBodies(() -> settings().limits(), System::nanoTime, this::bodyTooSlow);
        this.gate = new LeaseGate(pool, clientWatch, System::nanoTime, this);
        this.failureAnswer = new FailureAnswer(target(), listener);
        this.end = new ExchangeEnd(pool, () -> settings().leasePerRequest(), listener, System::nanoTime);
        this.replays = new Replays(
                pool,
                gate,
                timer,
                System::nanoTime,
                listener,
                failureAnswer,
                () -> settings().replayBytes(),
                end::ofUpstreamSide);
    }

    @Override
    public void init() throws ServletException {
        super.init();
        clientWatch.start(timer);
        slowBodies.start(timer);
    }

    @Override
    public void apply(ProxySettings next) {
        super.apply(next);
        rules = next.rules();
        if (next.leasePerRequest()) {
            connections.forEach(connection -> pool.letGo(connection.holder()));
        }
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
        boolean closes = draining.getAsBoolean();
        if (closes) {
            response.setHeader(HttpHeader.CONNECTION.asString(), "close");
        }
        RequestRules now = rules;
        boolean keepsAuthorization = now.ownAuthorization().isKept(Refusal.path(core));
        Refusal refusal = refusal(core, connection, now, keepsAuthorization);
        if (refusal != null) {
            answer(refusal, request, response, core, connection);
            return;
        }
        if (closes && UpgradeOffer.of(core) != null) {
            Refusal late = new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "shutting down", true);
            answer(late, request, response, core, connection);
            return;
        }
        Exchange exchange = open(request, response, core, connection);
        if (keepsAuthorization) {
            exchange.keepAuthorization();
        }
        begin(exchange);
    }

    /** First who it comes from: a stranger learns nothing of what is allowed, and takes neither token nor place. */
    private @Nullable Refusal refusal(
            ServletContextRequest core, ClientConnection connection, RequestRules now, boolean keepsAuthorization) {
        Refusal refusal = access.check(core, connection, keepsAuthorization);
        return refusal == null ? Refusal.of(core, now) : refusal;
    }

    private void answer(
            Refusal refusal,
            HttpServletRequest request,
            HttpServletResponse response,
            ServletContextRequest core,
            ClientConnection connection) {
        RequestTrace.begin(request.getQueryString());
        core.setAttribute(RequestFacts.REFUSED_CLIENT, ClientAccess.name(refusal, connection));
        access.refused(refusal, connection);
        if (refusal.ofClient()) {
            // Of HTTP/2 it is the stream only that ends with the answer.
            org.eclipse.jetty.server.Request.addCompletionListener(core, failure -> connection.dismiss());
        }
        refusal.answer(request, response);
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
        Holder holder = settings().leasePerRequest() ? pool.newHolder(connection.number()) : connection.holder();
        Exchange exchange = new Exchange(request, response, connection, holder, System.nanoTime(), end::ofAnswer);
        connection.begins(exchange);
        core.setAttribute(RequestFacts.class.getName(), exchange);
        org.eclipse.jetty.server.Request.addCompletionListener(core, failure -> clientSideEnded(exchange));
        return exchange;
    }

    @Override
    protected ReadListener newProxyReadListener(
            HttpServletRequest request,
            HttpServletResponse response,
            Request upstreamRequest,
            AsyncRequestContent content) {
        Exchange exchange = (Exchange) request;
        exchange.client().readingBegins();
        return new BodyReader(
                exchange,
                slowBodies.begin(exchange),
                clientWatch,
                // One that was kept back is read because the request is being sent.
                expects100Continue(request) ? () -> {} : () -> sendProxyRequest(request, response, upstreamRequest),
                failure -> onClientRequestFailure(request, upstreamRequest, response, failure));
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
        if (!exchange.clientTooSlow(failure)) {
            failureAnswer.send(exchange, failure);
        }
    }

    // The token

    /** All is ready but for the token. With a body, its first part has come, unless the client waits to be asked for it. */
    @Override
    protected void sendProxyRequest(HttpServletRequest request, HttpServletResponse response, Request upstreamRequest) {
        Exchange exchange = (Exchange) request;
        Runnable startReading = onContinue(request, upstreamRequest);
        if (startReading != null) {
            exchange.heldBody().hold(startReading);
        }
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
        if (!settings().leasePerRequest()) {
            call.request().prefer(exchange.connection().upstream(), exchange.isHttp1());
        }
        expectUpgrade(exchange, call);
        expectContinue(exchange, call);
        exchange.trace().describe(call.request(), exchange.resends().count());
        try {
            super.sendProxyRequest(exchange, exchange.response(), call.request());
        } catch (RuntimeException failure) {
            end.ofUpstreamSide(exchange, call);
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
                    settings().tunnelIdleTimeout(),
                    settings().finMeansGone(),
                    System::nanoTime,
                    opened -> end.ofTunnel(exchange, call, opened));
            UpgradeHandler.expect(new PendingUpgrade(exchange, offer, tunnel), call.request());
        }
    }

    /**
     * Whether the body is wanted is for the upstream to say, with 100 or with its answer. One that says nothing may not
     * know the expectation, so it gets the body after a while (RFC 9110 §10.1.1).
     */
    private void expectContinue(Exchange exchange, UpstreamCall call) {
        if (!exchange.heldBody().isHeld()) {
            call.request().headers(headers -> headers.remove(HttpHeader.EXPECT));
            return;
        }
        try {
            var unused = timer.schedule(exchange.heldBody()::ask, CONTINUE_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            exchange.heldBody().ask();
        }
    }

    // The upstream's response

    @Override
    protected Response.CompleteListener newProxyResponseListener(
            HttpServletRequest request, HttpServletResponse response) {
        Exchange exchange = (Exchange) request;
        UpstreamCall call = Objects.requireNonNull(exchange.call(), "nothing is sent before its side is open");
        Response.Listener proxy = new ClientResponse(
                exchange,
                (mine, answer) -> onServerResponseHeaders(mine, mine.response(), answer),
                (mine, result) ->
                        onProxyResponseFailure(mine, mine.response(), result.getResponse(), result.getFailure()));
        // What the upstream says to the client's own credentials is for the client.
        DeadTokenDetector detector = exchange.keepsAuthorization()
                ? DeadTokenDetector.NONE
                : settings().detector();
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
    protected void onProxyResponseFailure(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Response upstreamResponse,
            Throwable failure) {
        failureAnswer.send((Exchange) request, failure);
    }

    private void clientSideEnded(Exchange exchange) {
        slowBodies.end(exchange);
        end.ofClientSide(exchange);
    }
}
