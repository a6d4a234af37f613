package io.tpp.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;

/**
 * Passes the upstream's interim answers, such as 103, on to a client, one after the other.
 *
 * <p>A proxy "MUST forward" them, but not to a client of HTTP/1.0, which does not know them (RFC 9110 §15.2). One that
 * reads so slowly that they pile up does not get them all: they only hint at the answer to come. To HTTP/1.1 Jetty writes the
 * fields of a 103 only; no other interim status is defined to have any.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty's client. The monitor guards the count; it is not held while anything is written.
 */
final class InterimRelay {
    private static final int MAX_PENDING = 16;

    private final Exchange exchange;

    @GuardedBy("this")
    private int pending;

    @GuardedBy("this")
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    InterimRelay(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Passes one on, unless the answer has been begun. */
    void pass(int status, HttpFields fields) {
        if (exchange.core().getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_1_1.getVersion()) {
            return;
        }
        HttpFields passing = passing(fields);
        CompletableFuture<Void> before;
        CompletableFuture<Void> written = new CompletableFuture<>();
        synchronized (this) {
            if (pending == MAX_PENDING) {
                return;
            }
            pending++;
            before = last;
            last = written;
        }
        var unused = before.thenCompose(nothing -> write(status, passing)).whenComplete((nothing, failure) -> {
            passed();
            written.complete(null);
        });
    }

    private synchronized void passed() {
        pending--;
    }

    private static HttpFields passing(HttpFields fields) {
        HttpFields.Mutable passing = HttpFields.build();
        HeaderRules.copyResponse(fields, passing);
        // It has no body, whatever it says (RFC 9110 §8.6).
        return passing.remove(HttpHeader.CONTENT_LENGTH)
                .remove(HttpHeader.TRAILER)
                .asImmutable();
    }

    private CompletableFuture<Void> write(int status, HttpFields fields) {
        synchronized (exchange) {
            return exchange.isCompleted()
                    ? CompletableFuture.completedFuture(null)
                    : exchange.core().getServletContextResponse().writeInterim(status, fields);
        }
    }
}
