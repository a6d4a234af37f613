package io.tpp.tls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS towards clients: versions 1.2 and 1.3 with ciphers that are authenticated and forward secret, and certificates
 * that can be exchanged while connections go on.
 *
 * <p>Jetty's own {@code reload} is not used: while it is under way, a handshake can get the JDK's ciphers instead of the
 * chosen ones. Here only the context is exchanged, in one step; ciphers and versions do not depend on it.
 *
 * <h2>Threads</h2>
 *
 * Jetty takes the context on any of its threads. {@link #reload} is called by one thread at a time, and reads files.
 */
public final class ServerTls extends SslContextFactory.Server {
    /**
     * The system property that has the JDK refuse another handshake that a client begins on its connection (TLS 1.2);
     * {@code true} has to be set before anything of TLS is loaded. Without it Jetty ends such a connection.
     */
    public static final String REFUSE_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    private static final Logger logger = LoggerFactory.getLogger(ServerTls.class);

    private volatile TlsFiles files;
    private volatile SSLContext context;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException if they cannot be used; the message says in one line why
     */
    public ServerTls(TlsFiles files) {
        this.files = files;
        List<TlsProblem> problems = new ArrayList<>();
        TlsMaterial material = TlsMaterial.read(files, problems);
        if (material == null) {
            throw new IllegalArgumentException(joined(problems));
        }
        this.context = material.context();
        setSslContext(context);
        setNeedClientAuth(files.clientCa() != null);
        setIncludeProtocols("TLSv1.2", "TLSv1.3");
        // CBC is open to padding oracles, and finite-field Diffie-Hellman costs a server more than whoever asks for it.
        addExcludeCipherSuites("^.*_CBC_.*$", "^TLS_DHE_.*$");
        // Where the JDK refuses it, it says so with an alert; Jetty would close before it can, without a word.
        setRenegotiationAllowed(Boolean.getBoolean(REFUSE_RENEGOTIATION));
    }

    private static String joined(List<TlsProblem> problems) {
        return problems.stream().map(TlsProblem::toString).collect(Collectors.joining("; "));
    }

    /** Reads the files again; new connections get what they hold, unless something is wrong with it. */
    public void reload() {
        List<TlsProblem> problems = new ArrayList<>();
        TlsMaterial material = TlsMaterial.read(files, problems);
        if (material == null) {
            logger.warn("The new TLS files cannot be used, so the old ones stay in force: {}", joined(problems));
            return;
        }
        context = material.context();
        logger.info("New TLS files are in force: {}", material.description());
        material.warnings(Instant.now()).forEach(logger::warn);
    }

    /**
     * Reads other files, which are in force for new connections once the result is run; with them, whether clients must
     * have a certificate.
     *
     * @throws IllegalArgumentException if they cannot be used; the message says in one line why
     */
    public Runnable prepare(TlsFiles others) {
        List<TlsProblem> problems = new ArrayList<>();
        TlsMaterial material = TlsMaterial.read(others, problems);
        if (material == null) {
            throw new IllegalArgumentException(joined(problems));
        }
        SSLContext next = material.context();
        return () -> {
            files = others;
            // In this order, so that no client is let in without a certificate that must have one.
            setNeedClientAuth(others.clientCa() != null);
            context = next;
        };
    }

    @Override
    public SSLContext getSslContext() {
        return context;
    }
}
