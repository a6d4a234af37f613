package io.tpp.config;

import io.tpp.access.ClientSubjects;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPatterns;
import io.tpp.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration, complete and checked. The README's table says what each key means.
 *
 * <p>Only {@link ConfigLoader} knows keys, defaults and limits; this is what comes out. Immutable. Its
 * {@code toString} holds no password.
 *
 * @param listenReusePort whether another process may listen at the same time
 * @param healthListen null: no health connector
 * @param healthHosts names by which the status page may be opened, on top of those that are local anyway
 * @param credentials at least one, as they were at the start
 * @param tls null: clients are served in clear
 */
public record TppConfig(
        HostPort listen,
        boolean listenReusePort,
        @Nullable HostPort healthListen,
        HostNames healthHosts,
        Upstream upstream,
        Credentials credentials,
        Token token,
        Client client,
        @Nullable TlsFiles tls,
        Access access,
        Admin admin,
        Reload reload,
        Shutdown shutdown,
        Telemetry telemetry) {

    public TppConfig {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(credentials, "credentials");
    }

    /**
     * The DolphinDB node.
     *
     * @param connectTimeout more than zero
     * @param responseTimeout zero: no limit
     * @param outageWait zero: not at all
     * @param replayBufferBytes zero: no request with a body is sent again
     * @param refusedStatuses those that say that a token was refused
     * @param refusedPattern what an answer's code, a blank and its message match that was given for a dead token
     * @param preserveHost whether it gets the {@code Host} that the client sent, instead of its own
     * @param tlsCaFile null: the system's trust
     * @param tlsServerName null: the host
     */
    public record Upstream(
            String host,
            int port,
            boolean tls,
            Duration connectTimeout,
            Duration responseTimeout,
            Duration outageWait,
            int replayBufferBytes,
            StatusCodes refusedStatuses,
            RegularExpression refusedPattern,
            boolean preserveHost,
            @Nullable Path tlsCaFile,
            @Nullable String tlsServerName,
            boolean tlsInsecure) {}

    /**
     * The pool and its tokens.
     *
     * @param poolSize at least the number of credentials, or the number of ready-made tokens
     * @param refreshAhead less than the ttl
     * @param validate zero: never
     * @param idleReclaim zero: never
     * @param maxWaiting zero: no limit
     * @param waitTimeout zero: no limit
     */
    public record Token(
            int poolSize,
            Duration ttl,
            Duration refreshCheck,
            Duration refreshAhead,
            int loginConcurrency,
            Duration validate,
            Binding binding,
            Duration idleReclaim,
            int maxWaiting,
            Duration waitTimeout) {}

    /** How long a lease lasts. */
    public enum Binding {
        CONNECTION,
        REQUEST
    }

    /**
     * Client connections.
     *
     * @param idleTimeout zero: no limit
     * @param tunnelIdleTimeout zero: no limit
     * @param maxConnections zero: no limit
     * @param maxTargetBytes of a request's target
     * @param maxHeaderBytes of all of a request's header lines together
     * @param maxBodyBytes zero: no limit
     * @param headerTimeout how long a request's head may take; zero: no limit
     * @param bodyTimeout how long a body may be silent, or behind its rate; zero: no limit
     * @param minBodyRate in bytes a second; zero: only silence counts
     * @param trustedProxies whose {@code X-Forwarded-…} and {@code Forwarded} pass
     */
    public record Client(
            HalfClose halfClose,
            Duration idleTimeout,
            Duration tunnelIdleTimeout,
            int maxConnections,
            int maxTargetBytes,
            int maxHeaderBytes,
            long maxBodyBytes,
            Duration headerTimeout,
            Duration bodyTimeout,
            int minBodyRate,
            CidrBlocks trustedProxies) {}

    /** What a client is taken for that ends its sending side. */
    public enum HalfClose {
        /** Gone. */
        ABORT,
        /** Still listening. */
        WAIT
    }

    /**
     * What clients may do.
     *
     * @param allow from where they may connect; null: from everywhere
     * @param apiKeys of which they must have one; null: they need none
     * @param clientSubjects what their certificates must say; null: anything
     * @param maxConnectionsPerClient zero: no limit
     * @param forwardLogin whether they may call {@code /api/login} through the proxy
     * @param ownAuthorizationPaths where requests go with the client's own {@code Authorization} and without a token
     * @param deniedPaths where they may not go
     * @param allowedPaths where alone they may go; null: everywhere else
     * @param allowedMethods null: all
     */
    public record Access(
            @Nullable CidrBlocks allow,
            @Nullable ApiKeysFile apiKeys,
            @Nullable ClientSubjects clientSubjects,
            int maxConnectionsPerClient,
            boolean forwardLogin,
            PathPatterns ownAuthorizationPaths,
            PathPatterns deniedPaths,
            @Nullable PathPatterns allowedPaths,
            @Nullable Methods allowedMethods) {}

    /**
     * Who may administer TPP.
     *
     * @param tokenFile what holds the secret; null: nobody
     */
    public record Admin(@Nullable Path tokenFile) {}

    /**
     * When the configuration is read again.
     *
     * @param watch whether that is also when its file changes
     */
    public record Reload(boolean watch) {}

    /**
     * The stop.
     *
     * @param delay how long to keep serving while not ready
     * @param grace how long requests under way may take to finish
     */
    public record Shutdown(Duration delay, Duration grace) {}

    /**
     * Logs and traces.
     *
     * @param otlpEndpoint null: none
     */
    public record Telemetry(
            @Nullable String otlpEndpoint, String logFilter, LogFormat logFormat, RequestLogTarget requestLog) {}

    /** How log lines look. */
    public enum LogFormat {
        TEXT,
        JSON
    }
}
