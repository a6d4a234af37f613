package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tpp.testing.RawClient;
import io.tpp.testing.TestCertificates;
import io.tpp.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Certificates that change while TPP runs. */
@Timeout(60)
class TlsReloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Logger logger = (Logger) LoggerFactory.getLogger(ServerTls.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TestCertificates certificates;
    private final SSLContext trusting;

    TlsReloadTest(@TempDir Path folder) {
        this.certificates = TestCertificates.in(folder);
        this.trusting = certificates.clientContext();
    }

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void hearNoMore() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private Certificate shown(Rig rig) {
        try (RawClient client = RawClient.connectTls(rig.port(), trusting)) {
            return client.peerCertificate();
        }
    }

    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void newFilesAreTakenOverWithoutAFailedRequestOrALostConnection() throws Exception {
        int threads = 4;
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (Rig rig = Rig.start(threads + 1, certificates.settings());
                RawClient kept = RawClient.connectTls(rig.port(), trusting)) {
            int token = kept.tokenNumber();
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ends.add(executor.submit(() -> askOnNewConnections(rig, done, answered)));
            }
            for (int i = 0; i < 3; i++) {
                HeldCertificate next = certificates.server();
                certificates.serve(next);
                await().atMost(LIMIT).until(() -> shown(rig).equals(next.certificate()));
                assertThat(kept.tokenNumber()).isEqualTo(token);
            }
            done.set(true);
            for (Future<?> end : ends) {
                end.get(20, TimeUnit.SECONDS);
            }
            assertThat(answered.get()).isGreaterThan(threads);
            assertThat(warnings()).isEmpty();
        } finally {
            done.set(true);
            executor.shutdownNow();
        }
    }

    private void askOnNewConnections(Rig rig, AtomicBoolean done, AtomicInteger answered) {
        while (!done.get()) {
            try (RawClient client = RawClient.connectTls(rig.port(), trusting)) {
                assertThat(client.execute("1+2").body()).contains("[3]");
                answered.incrementAndGet();
            }
        }
    }

    @Test
    void filesOfNoUseLeaveTheOldOnesInForceAndAreToldOnce() throws Exception {
        try (Rig rig = Rig.start(1, certificates.settings())) {
            Certificate old = shown(rig);
            certificates.write("tls.crt", "not a certificate, but a secret");
            await().atMost(LIMIT).until(() -> !warnings().isEmpty());
            assertThat(shown(rig)).isEqualTo(old);
            HeldCertificate next = certificates.server();
            certificates.serve(next);
            await().atMost(LIMIT).until(() -> shown(rig).equals(next.certificate()));
            assertThat(warnings())
                    .containsExactly("The new TLS files cannot be used, so the old ones stay in force: tls.cert_file "
                            + certificates.certFile() + " holds no certificate in PEM");
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesLeavesTheOldOnesInForce() throws Exception {
        try (Rig rig = Rig.start(1, certificates.settings())) {
            Certificate old = shown(rig);
            certificates.write("tls.key", certificates.server().privateKeyPkcs8Pem());
            await().atMost(LIMIT).until(() -> !warnings().isEmpty());
            assertThat(shown(rig)).isEqualTo(old);
            assertThat(warnings().get(0)).contains("does not hold the key of the certificate in ");
        }
    }

    @Test
    void aNewAuthorityHoldsForNewConnectionsAlsoOfClientsThatCameBefore(@TempDir Path elsewhere) throws Exception {
        TestCertificates others = TestCertificates.in(elsewhere);
        SSLContext known = certificates.trust(certificates.client()).sslContext();
        try (Rig rig = Rig.start(2, certificates.settingsForKnownClients())) {
            try (RawClient client = RawClient.connectTls(rig.port(), known)) {
                client.tokenNumber();
            }
            certificates.write("ca.pem", others.authorityPem());
            await().atMost(LIMIT).until(() -> !log.list.isEmpty());
            // The same context, which would resume its session.
            try (RawClient client = RawClient.connectTls(rig.port(), known)) {
                assertThat(client.send("GET /echo HTTP/1.1\r\nHost: tpp\r\n\r\n")
                                .isClosedByPeer())
                        .isTrue();
            } catch (UncheckedIOException turnedAway) {
                assertThat(turnedAway.getCause()).isInstanceOf(IOException.class);
            }
            assertThat(rig.simulator.requests())
                    .noneMatch(request -> request.target().equals("/echo"));
        }
    }
}
