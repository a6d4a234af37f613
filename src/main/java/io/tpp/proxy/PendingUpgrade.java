package io.tpp.proxy;

import java.util.Objects;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * One request's upgrade, from when it is sent until the client's connection is part of a {@link UpgradeTunnel}.
 *
 * <h2>Threads</h2>
 *
 * Called by {@link UpgradeHandler}, one call after the other. The response is touched under the exchange's monitor.
 */
final class PendingUpgrade {
    private final Exchange exchange;
    private final UpgradeOffer offer;
    private final UpgradeTunnel.Settings settings;
    private volatile @Nullable UpgradeTunnel tunnel;

    PendingUpgrade(Exchange exchange, UpgradeOffer offer, UpgradeTunnel.Settings settings) {
        this.exchange = exchange;
        this.offer = offer;
        this.settings = settings;
    }

    /** Returns whether an answer of 101 is an answer to what was asked. */
    boolean isMetBy(Response answer) {
        return offer.isTakenBy(answer.getHeaders());
    }

    /** Takes the upstream's connection, with what has come behind the answer. */
    void take(EndPoint upstream) {
        ConnectionMetaData metaData = exchange.core().getConnectionMetaData();
        UpgradeTunnel taken =
                new UpgradeTunnel(metaData.getConnection().getEndPoint(), upstream, metaData.getConnector(), settings);
        tunnel = taken;
        taken.takeUpstream();
    }

    /** Answers the client; its connection becomes a tunnel's then. Returns false if one of the two has ended. */
    boolean begin(HttpFields answer) {
        UpgradeTunnel taken = Objects.requireNonNull(tunnel, "taken before");
        if (!respond(answer, taken)) {
            taken.close();
            return false;
        }
        exchange.connection().becomes(taken);
        exchange.complete();
        return true;
    }

    private boolean respond(HttpFields answer, UpgradeTunnel taken) {
        synchronized (exchange) {
            exchange.endWatch();
            if (exchange.isCompleted() || exchange.client().isGone() || !taken.commit()) {
                return false;
            }
            exchange.upgraded();
            write(answer, taken);
            return true;
        }
    }

    private void write(HttpFields answer, UpgradeTunnel taken) {
        Answers.reset(exchange.response());
        exchange.response().setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
        HttpFields.Mutable headers = exchange.core().getServletContextResponse().getHeaders();
        HeaderRules.copyResponse(answer, headers);
        HeaderRules.copyUpgrade(answer, headers);
        Via.addTo(headers, HttpVersion.HTTP_1_1);
        Answers.tellWait(headers, exchange.waited());
        exchange.core().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, taken.clientEnd());
    }
}
