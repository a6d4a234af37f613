package io.tpp.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.tpp.proxy.ProxyListener;
import java.time.Duration;
import java.util.List;

/**
 * Client connections and their requests as metrics.
 *
 * <p>Thread-safe. No method blocks or allocates: some are called for each request.
 */
public final class HttpMetrics implements ProxyListener {
    private static final List<String> STATUS_CLASSES = List.of("1xx", "2xx", "3xx", "4xx", "5xx");
    private static final int CLIENT_LEFT = 499;
    private static final int SERVER_ERROR = 500;

    private final Counter connections;
    private final BucketHistogram connectionDurations;
    private final Counter leaksFound;
    private final Counter requests;
    private final Counter requestErrors;
    private final List<BucketHistogram> durationsByStatusClass;
    private final EnumCounters<UpstreamError> upstreamErrors;
    private final EnumCounters<AccessRefusal> accessRefusals;
    private final EnumCounters<ReplayReason> replays;

    /** Registers the metrics of the proxy's path; at most once for a registry. */
    public HttpMetrics(MetricRegistry registry) {
        connections = registry.counter(MetricName.CLIENT_CONNECTIONS.key());
        connectionDurations = registry.register(MetricName.CONNECTION_DURATION_SECONDS.key(), new BucketHistogram());
        leaksFound = registry.counter(MetricName.LEASES_LEAKED.key());
        requests = registry.counter(MetricName.REQUESTS.key());
        requestErrors = registry.counter(MetricName.REQUEST_ERRORS.key());
        durationsByStatusClass = STATUS_CLASSES.stream()
                .map(code -> registry.register(MetricName.REQUEST_SECONDS.key(code), new BucketHistogram()))
                .toList();
        upstreamErrors = new EnumCounters<>(registry, MetricName.UPSTREAM_ERRORS, UpstreamError.class);
        accessRefusals = new EnumCounters<>(registry, MetricName.ACCESS_REFUSED, AccessRefusal.class);
        replays = new EnumCounters<>(registry, MetricName.REQUESTS_REPLAYED, ReplayReason.class);
    }

    /** Returns how many client connections are open. */
    public long openConnections() {
        return connections.getCount();
    }

    /** Returns how long requests took so far, by class of status: {@code 1xx} to {@code 5xx}. */
    public List<Distribution> requests() {
        return durationsByStatusClass.stream()
                .map(BucketHistogram::distribution)
                .toList();
    }

    @Override
    public void connectionOpened() {
        connections.inc();
    }

    @Override
    public void connectionClosed(Duration open) {
        connections.dec();
        connectionDurations.record(open);
    }

    @Override
    public void leaseLeaked() {
        leaksFound.inc();
    }

    @Override
    public void requestEnded(int status, Duration took) {
        requests.inc();
        if (status >= SERVER_ERROR || status == CLIENT_LEFT) {
            requestErrors.inc();
        }
        durationsByStatusClass.get(statusClass(status)).record(took);
    }

    /** Returns an index into the classes; a status outside 100 to 599 is taken as a failure, 5xx. */
    private static int statusClass(int status) {
        int index = status / 100 - 1;
        return index >= 0 && index < STATUS_CLASSES.size() ? index : STATUS_CLASSES.size() - 1;
    }

    @Override
    public void accessRefused(AccessRefusal reason) {
        accessRefusals.increment(reason);
    }

    @Override
    public void upstreamError(UpstreamError kind) {
        upstreamErrors.increment(kind);
    }

    @Override
    public void requestReplayed(ReplayReason reason) {
        replays.increment(reason);
    }
}
