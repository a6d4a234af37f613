package io.tpp;

import static io.tpp.testing.ScriptedUpstream.hangUp;
import static io.tpp.testing.ScriptedUpstream.ok;
import static io.tpp.testing.ScriptedUpstream.reset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream.Connection;
import io.tpp.testing.ScriptedUpstream.Script;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to the upstream that it closes while TPP keeps them for the next request. */
class KeptConnectionTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: tpp\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: tpp\r\nContent-Length: 3\r\n\r\nabc";

    private final Set<Connection> used = ConcurrentHashMap.newKeySet();
    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Script recorded(Script script) {
        return connection -> {
            used.add(connection);
            script.run(connection);
        };
    }

    /** On a connection that has been used before does something else. */
    private Script onceUsed(Script second) {
        return connection -> (used.add(connection) ? ok("fine") : second).run(connection);
    }

    @Test
    void aClientHasOneForAllThatItAsks() throws Exception {
        rig.upstream.script(recorded(ok("fine")));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 100; i++) {
                client.send(i % 2 == 0 ? GET : POST).read();
            }
        }
        assertThat(used).hasSize(1);
    }

    @Test
    void theNextClientGetsTheOneOfAClientThatLeft() throws Exception {
        rig.upstream.script(recorded(ok("fine")));
        for (int i = 0; i < 50; i++) {
            try (RawClient client = rig.connect()) {
                for (int j = 0; j < 20; j++) {
                    client.send(GET).read();
                }
            }
            rig.forget();
        }
        assertThat(used).hasSize(1);
    }

    /** Each newcomer takes what is free, and leaves it behind. */
    @Test
    void anIdleClientLeavesItsOwnToOthers() throws Exception {
        rig.upstream.script(recorded(ok("fine")));
        try (RawClient idle = rig.connect()) {
            idle.send(GET).read();
            Set<Connection> first = Set.copyOf(used);
            await().until(() -> {
                used.clear();
                try (RawClient newcomer = rig.connect()) {
                    newcomer.send(GET).read();
                }
                return used.equals(first);
            });
        }
    }

    @Test
    void clientsAtTheSameTimeHaveOneEach() throws Exception {
        rig.upstream.script(recorded(ok("fine")));
        try (RawClient one = rig.connect();
                RawClient other = rig.connect()) {
            for (int i = 0; i < 10; i++) {
                one.send(GET).read();
                other.send(GET).read();
            }
        }
        assertThat(used).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, POST})
    void oneThatIsClosedIsNotUsed(String request) throws Exception {
        for (int i = 0; i < 20; i++) {
            CountDownLatch closed = new CountDownLatch(1);
            rig.upstream.script(ok("fine").then(hangUp()).then(connection -> closed.countDown()));
            try (RawClient client = rig.connect()) {
                assertThat(client.send(request).read().body()).isEqualTo("fine");
                assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
                rig.upstream.script(ok("again"));
                assertThat(client.send(request).read().body()).isEqualTo("again");
            }
        }
        assertThat(rig.upstream.headsLeft()).isEqualTo(40);
    }

    @Test
    void oneThatIsClosedAsASafeRequestArrivesCostsNothing() throws Exception {
        rig.upstream.script(onceUsed(hangUp()));
        try (RawClient client = rig.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(GET).read().body()).isEqualTo("fine");
            }
        }
        assertThat(rig.metrics()).contains("tpp_requests_replayed_total{reason=\"stale\",} 19.0");
    }

    /** It may have been executed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void butAScriptThatHasArrivedIsNotSentAgain(boolean byReset) throws Exception {
        rig.upstream.script(onceUsed(connection -> {
            connection.readBody();
            (byReset ? reset() : hangUp()).run(connection);
        }));
        try (RawClient client = rig.connect()) {
            assertThat(client.send(POST).read().body()).isEqualTo("fine");
            assertThat(client.send(POST).read().status()).isEqualTo(502);
        }
        assertThat(rig.upstream.headsLeft()).isEqualTo(2);
    }
}
