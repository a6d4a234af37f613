package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.pool.Holder;
import io.tpp.pool.TokenUse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: the client's request as the proxy servlet sees it, with what becomes of it.
 *
 * <p>It has two sides, the client's and, once forwarded, the upstream's; only when both are over may the
 * token serve another request.
 *
 * <h2>Threads</h2>
 *
 * Any of Jetty's. The monitor of this object guards the exchange's end, its sides and the client's leaving.
 * It is held while the response is written to, so that nothing of this exchange gets into the next one;
 * writing does not block.
 */
final class Exchange extends ExchangeFacts {
    private final Consumer<Exchange> onAnswered;

    /** How many of the two sides are not over. */
    @GuardedBy("this")
    private int openSides = 1;

    /** The request to the upstream, complete but for its token. */
    @GuardedBy("this")
    private @Nullable UpstreamRequest prepared;

    /** The same once it is being sent; null again while it waits to be sent again. */
    @GuardedBy("this")
    private @Nullable UpstreamCall call;

    private final ClientPresence presence = new ClientPresence();

    private final HeldBody heldBody = new HeldBody();
    private final InterimRelay interims = new InterimRelay(this);

    /** Whether nothing is written to the response any more. */
    @GuardedBy("this")
    private boolean completed;

    /** What still has to be done then; null: nothing. */
    @GuardedBy("this")
    private @Nullable Farewell farewell;

    /** Whether request and response are to be given back when the farewell is over. */
    @GuardedBy("this")
    private boolean backWanted;

    /** Whether request and response are Jetty's again. */
    @GuardedBy("this")
    private boolean givenBack;

    /** Whether it was counted, and the client's side of it is over for the pool. */
    @GuardedBy("this")
    private boolean counted;

    /** Whether the response was ended so that it does not look whole. */
    @GuardedBy("this")
    private boolean cut;

    /** Whether the response is a switch to another protocol. */
    @GuardedBy("this")
    private boolean upgraded;

    Exchange(
            HttpServletRequest request,
            HttpServletResponse response,
            ClientConnection connection,
            Holder holder,
            long beganAt,
            Consumer<Exchange> onAnswered) {
        super(request, response, connection, holder, beganAt);
        this.onAnswered = onAnswered;
    }

    // An upgrade

    /** The response is a switch of protocols: the client's side does not end with it, but with the tunnel. */
    synchronized void upgraded() {
        upgraded = true;
    }

    synchronized boolean isUpgraded() {
        return upgraded;
    }

    // The upstream's side

    /** Sets what to send to the upstream. */
    synchronized void prepared(UpstreamRequest request) {
        prepared = request;
    }

    /** Opens the upstream's side. Returns what is to be sent; null if the client is gone. */
    synchronized @Nullable UpstreamCall openUpstreamSide(long now) {
        TokenUse granted = use();
        boolean mayGo = granted != null || keepsAuthorization();
        if (prepared == null || !mayGo || !presence.isThere() || openSides == 0) {
            return null;
        }
        openSides++;
        call = new UpstreamCall(prepared, granted, now);
        return call;
    }

    /**
     * Prepares to send the request again: the upstream's side is closed, and the exchange waits for a token as
     * it did at first.
     *
     * @return false if the client is gone, or its request broken; then nothing is changed
     */
    synchronized boolean beginAnew(UpstreamRequest request) {
        if (completed || !presence.isThere()) {
            return false;
        }
        openSides--;
        call = null;
        granted(null);
        prepared = request;
        return true;
    }

    /** Closes one side; returns whether it was the last. */
    synchronized boolean closeSide() {
        return --openSides == 0;
    }

    /** Returns the request sent to the upstream; null: none is under way. */
    synchronized @Nullable UpstreamCall call() {
        return call;
    }

    @Override
    public synchronized @Nullable Duration sinceSent() {
        return call == null ? null : Duration.ofNanos(System.nanoTime() - call.forwardedAt());
    }

    // The end

    /**
     * Ends the client's side of the exchange: the response is as it should be.
     *
     * <p>From then on nobody may touch the response: whoever does looks first {@linkplain #isCompleted() whether this has
     * happened}, holding the monitor. Request and response go back to Jetty, which uses them again for the next request;
     * at once, unless the client is still sending.
     */
    void complete() {
        Farewell begun;
        synchronized (this) {
            boolean first = !completed;
            endWatch();
            completed = true;
            if (first && !cut && presence.isReading() && isHttp1()) {
                farewell = new Farewell(this);
            } else if (!first && farewell == null) {
                return;
            }
            begun = first ? farewell : null;
        }
        if (begun == null) {
            giveBack();
        } else {
            onAnswered.accept(this);
            begun.begin();
        }
    }

    /** Returns whether this is the first call. */
    synchronized boolean countOnce() {
        boolean first = !counted;
        counted = true;
        return first;
    }

    /** The farewell's answer is complete. */
    void farewellOver() {
        boolean wanted;
        synchronized (this) {
            wanted = backWanted;
        }
        if (wanted) {
            giveBack();
        }
    }

    /** Gives request and response back to Jetty, not before a farewell is over; only the first call counts. */
    void giveBack() {
        synchronized (this) {
            backWanted = true;
            if (givenBack || (farewell != null && !farewell.isOver())) {
                return;
            }
            givenBack = true;
            if (!cut && !upgraded && isBodyLost()) {
                DeafConnection.follow(core(), farewell != null && farewell.isAnswered());
            }
        }
        try {
            getAsyncContext().complete();
        } catch (IllegalStateException ended) {
            // Jetty has ended it itself, after an error on the connection.
            return;
        }
    }

    /**
     * Ends the client's connection, or its stream, instead of the response.
     *
     * <p>The client must not take a part for the whole; nor, if it has only ended its sending side, the empty
     * response that Jetty would make.
     */
    synchronized void cut() {
        if (completed) {
            return;
        }
        cut = true;
        try {
            response().sendError(-1);
        } catch (IOException gone) {
            // It is cut already.
            return;
        }
    }

    /** Notes that Jetty ended the client's side, whoever asked it to. */
    synchronized void completedByJetty() {
        endWatch();
        completed = true;
        givenBack = true;
    }

    @Override
    synchronized boolean isCompleted() {
        return completed;
    }

    // The client and its request's body

    /** Returns what is known of the client's being there. */
    ClientPresence client() {
        return presence;
    }

    @Override
    public boolean isClientGone() {
        return presence.isGone();
    }

    HeldBody heldBody() {
        return heldBody;
    }

    InterimRelay interims() {
        return interims;
    }

    /** The body was read to its end. */
    void bodyRead() {
        presence.readingEnds();
        endFarewell();
    }

    /** Gives request and response back to Jetty if that waits for the rest of the body, and no more comes of it. */
    void endFarewell() {
        if (isCompleted() && !presence.isReading()) {
            giveBack();
        }
    }

    /** Returns whether the body has an end that was not read, and nobody reads on. */
    private boolean isBodyLost() {
        return !isBodyRead() && !presence.isReading();
    }

    /** Watches for the client's leaving from now on, if Jetty does not do so itself. */
    void watch(boolean finMeansGone, Runnable onLeft) {
        presence.watch(core(), finMeansGone, onLeft, heldBody::ask);
    }

    /** Returns whether the request was forwarded before {@code time}. */
    synchronized boolean isForwardedBefore(long time) {
        return call != null && call.forwardedAt() - time < 0;
    }

    /** The watch says no more whether the client is gone. */
    synchronized void endWatch() {
        presence.end(isAnswered());
    }

    /** The client has left, as the watch found. Returns false if it had its whole answer: then it is not gone. */
    boolean left() {
        synchronized (this) {
            if (completed ? !presence.isGone() : isAnswered()) {
                return false;
            }
        }
        abandon();
        return true;
    }

    /** Notes that the client is gone, and gives up on the upstream. */
    void abandon() {
        presence.left();
        var unused = giveUp(new ClientGoneException());
    }

    /**
     * Returns whether the client can have its whole answer before the upstream's is known to be over: it is as long as it
     * should be, and written.
     */
    @GuardedBy("this")
    private boolean isAnswered() {
        return !completed
                && ResponseProgress.isWritten(
                        core().getServletContextResponse(), transport().getEndPoint());
    }

    /**
     * Notes why the request could not be read to its end, and gives up on the upstream.
     *
     * @return whether a call is under way, with whose end the client is answered
     */
    boolean clientFailed(Throwable failure) {
        presence.failed(failure);
        endFarewell();
        return giveUp(failure);
    }

    /** The same of one that is not waited for any longer: Jetty reads on. */
    boolean clientTooSlow(Throwable failure) {
        presence.tooSlow(failure);
        return giveUp(failure);
    }

    /** Returns whether a call was under way. */
    private boolean giveUp(Throwable cause) {
        UpstreamCall sent = call();
        if (sent != null) {
            sent.abort(cause);
        }
        return sent != null;
    }
}
