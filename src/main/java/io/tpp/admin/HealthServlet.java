package io.tpp.admin;

import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolSnapshot;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers probes: {@code /health} and {@code /healthz} for people and scripts, {@code /livez} and
 * {@code /readyz} for orchestrators.
 *
 * <p>To be mapped to all paths of the health connector that nothing else serves: it answers the
 * others with 404 and a list of what there is. Never calls the upstream.
 */
public final class HealthServlet extends ReadOnlyServlet {
    private static final String ENDPOINTS = """
            not found; this is TPP's health connector, which serves
            /         the status page; its data as JSON: /status.json
            /health   state of the token pool as JSON (also /healthz)
            /livez    200 while the process can answer; ?verbose
            /readyz   200 while requests can be served; ?verbose, ?exclude=check
            /metrics  metrics for Prometheus
            /admin    actions and views, with the secret of admin.token_file
            """;

    private final Supplier<PoolSnapshot> pool;
    private final Supplier<List<CredentialRefusal>> refusals;
    private final String version;
    private final Checks liveness;
    private final Checks readiness;

    /**
     * @param pool asked at each probe that is about the pool
     * @param refusals which credentials the upstream does not accept; asked as well
     * @param shuttingDown true from the moment on that no new clients should be sent here
     */
    public HealthServlet(
            Supplier<PoolSnapshot> pool,
            Supplier<List<CredentialRefusal>> refusals,
            BooleanSupplier shuttingDown,
            String version) {
        this.pool = pool;
        this.refusals = refusals;
        this.version = version;
        // Nothing of the upstream: a restart of TPP would not mend it.
        this.liveness = new Checks("livez", new Checks.Check("ping", Optional::empty));
        this.readiness = new Checks(
                "readyz",
                new Checks.Check("tokens", this::noUsableToken),
                new Checks.Check(
                        "shutdown",
                        () -> shuttingDown.getAsBoolean() ? Optional.of("shutting down") : Optional.empty()));
    }

    @Override
    Answer answer(HttpServletRequest request) {
        Query query = Query.of(request.getQueryString());
        return switch (path(request)) {
            case "/health", "/healthz" -> HealthReport.of(pool.get(), refusals.get(), version);
            case "/livez" -> liveness.run(query);
            case "/readyz" -> readiness.run(query);
            default -> Answer.text(404, ENDPOINTS);
        };
    }

    /** Not {@code getServletPath()}, which depends on the mapping and throws on some encoded paths. */
    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    /** A pool that is merely full passes: taking it out would only move its clients to other full ones. */
    private Optional<String> noUsableToken() {
        PoolSnapshot snapshot = pool.get();
        return snapshot.usable() ? Optional.empty() : Optional.of("no usable token; " + snapshot);
    }
}
