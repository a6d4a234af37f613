package io.tpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import io.tpp.testing.TestCertificates;
import io.tpp.testing.Unheard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave over TLS before they have their answer. */
@Timeout(60)
class TlsLeavingClientTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestCertificates certificates;

    TlsLeavingClientTest(@TempDir Path folder) {
        this.certificates = TestCertificates.in(folder);
    }

    /** How a client leaves. */
    enum Leaving {
        CLOSE,
        FIN_WITHOUT_CLOSE_NOTIFY,
        RESET,
        CLOSE_NOTIFY;

        void act(RawClient client) {
            switch (this) {
                case CLOSE -> client.hangUp();
                case FIN_WITHOUT_CLOSE_NOTIFY -> client.cut();
                case RESET -> client.reset();
                case CLOSE_NOTIFY -> client.shutdownOutput();
            }
        }
    }

    private Rig start(String... settings) throws Exception {
        return Rig.start(1, certificates.settings(settings));
    }

    private RawClient connect(Rig rig) {
        return RawClient.connectTls(rig.port(), certificates.clientContext());
    }

    @ParameterizedTest
    @EnumSource
    void aWaiterThatLeavesIsNeverForwarded(Leaving leaving) throws Exception {
        try (Rig rig = start();
                RawClient holder = connect(rig);
                RawClient waiter = connect(rig)) {
            holder.tokenNumber();
            waiter.sendScript("1");
            rig.awaitWaiting(1);
            long before = rig.simulator.requestCount();
            leaving.act(waiter);
            rig.awaitWaiting(0);
            holder.hangUp();
            rig.awaitAllIdle();
            assertThat(rig.simulator.requestCount()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theUpstreamRequestIsAbortedWithinASecond(Leaving leaving) throws Exception {
        try (Rig rig = start();
                RawClient client = connect(rig)) {
            rig.simulator.hold();
            client.sendScript("1");
            rig.simulator.awaitHeld(1, LIMIT);
            leaving.act(client);
            rig.simulator.awaitAborted(1, A_SECOND);
            rig.simulator.release();
            rig.awaitAllIdle();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWayToEndAConnectionReleasesItsToken(Leaving leaving) throws Exception {
        try (Rig rig = start();
                RawClient client = connect(rig)) {
            client.tokenNumber();
            leaving.act(client);
            rig.awaitAllIdle();
        }
    }

    @Test
    void whatIsPipelinedBehindAWaitingRequestIsAnswered() throws Exception {
        try (Rig rig = start();
                RawClient holder = connect(rig);
                RawClient client = connect(rig)) {
            holder.tokenNumber();
            client.sendScript("1+0");
            rig.awaitWaiting(1);
            client.sendScript("2+0");
            holder.hangUp();
            assertThat(client.read().body()).contains("[1]");
            assertThat(client.read().body()).contains("[2]");
        }
    }

    @Test
    void aHalfClosedClientStillGetsItsAnswerIfSoConfigured() throws Exception {
        try (Rig rig = start("TPP_CLIENT_HALF_CLOSE", "wait");
                RawClient holder = connect(rig);
                RawClient client = connect(rig)) {
            holder.tokenNumber();
            client.sendScript("1+2");
            rig.awaitWaiting(1);
            client.shutdownOutput();
            holder.hangUp();
            Response response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).contains("[3]");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamThatIsCancelledLeavesWhetherItWaitsOrNot(boolean forwarded) throws Exception {
        HandshakeCertificates trust = certificates.trust(null);
        OkHttpClient client = new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                .build();
        try (Rig rig = start()) {
            rig.simulator.hold();
            RawClient holder = connect(rig);
            Call call = client.newCall(new Request.Builder()
                    .url("https://localhost:" + rig.port() + "/api/execute")
                    .post(RequestBody.create("{\"script\":\"1\"}".getBytes(UTF_8)))
                    .build());
            if (forwarded) {
                call.enqueue(new Unheard());
                rig.simulator.awaitHeld(1, LIMIT);
                call.cancel();
                rig.simulator.awaitAborted(1, A_SECOND);
            } else {
                holder.sendScript("2");
                rig.simulator.awaitHeld(1, LIMIT);
                call.enqueue(new Unheard());
                rig.awaitWaiting(1);
                call.cancel();
                rig.awaitWaiting(0);
            }
            rig.simulator.release();
            holder.close();
            client.connectionPool().evictAll();
            rig.awaitAllIdle();
        } finally {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }
}
