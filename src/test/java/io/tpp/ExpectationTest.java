package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawHttp2;
import io.tpp.testing.ScriptedUpstream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that send their body only when they are asked for it (RFC 9110 §10.1.1). */
class ExpectationTest {
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String POST =
            "POST / HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";

    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private ScriptedRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = ScriptedRig.start(ok(""));
    }

    @AfterEach
    void stop() {
        go.countDown();
        rig.close();
    }

    /** Takes the body of a request, and answers it. */
    private void takeBody(ScriptedUpstream.Connection connection) throws Exception {
        bodies.add(connection.readBody());
        connection.write(OK);
    }

    private ScriptedUpstream.Script takesBodyAfter(String interim) {
        return connection -> {
            connection.write(interim);
            takeBody(connection);
        };
    }

    private String body() throws InterruptedException {
        return bodies.poll(10, TimeUnit.SECONDS);
    }

    private void awaitGo() throws InterruptedException {
        assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theUpstreamSaysWhetherTheBodyIsWanted() throws Exception {
        rig.upstream.script(connection -> {
            awaitGo();
            connection.write(CONTINUE);
            takeBody(connection);
        });
        try (RawClient client = rig.connect().send(POST)) {
            assertThat(rig.upstream.takeHead())
                    .contains("Expect: 100-continue\r\n")
                    .contains("Content-Length: 3\r\n");
            go.countDown();
            assertThat(client.readHead()).isEqualTo(CONTINUE);
            assertThat(client.send("abc").readHead()).isEqualTo(OK);
            assertThat(body()).isEqualTo("abc");
            assertThat(client.send(POST).readHead()).isEqualTo(CONTINUE);
            assertThat(client.send("def").readHead()).isEqualTo(OK);
            assertThat(body()).isEqualTo("def");
        }
    }

    @Test
    void aRefusedBodyIsNeverSentAndTheClientIsNotAskedForIt() throws Exception {
        rig.upstream.script(connection -> connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nbig!"));
        try (RawClient client = rig.connect().send(POST)) {
            RawClient.Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).isEqualTo("big!");
            assertThat(client.isClosedByPeer()).isTrue();
        }
        rig.upstream.script(ok("fine"));
        try (RawClient client = rig.connect().send("GET / HTTP/1.1\r\nHost: tpp\r\n\r\n")) {
            assertThat(client.read().body()).isEqualTo("fine");
        }
    }

    @Test
    void anUpstreamThatSaysNothingGetsTheBodyAfterAWhile() throws Exception {
        rig.upstream.script(this::takeBody);
        try (RawClient client = rig.connect().send(POST)) {
            assertThat(client.readHead()).isEqualTo(CONTINUE);
            assertThat(client.send("abc").readHead()).isEqualTo(OK);
            assertThat(body()).isEqualTo("abc");
        }
    }

    @Test
    void aClientThatDoesNotWaitIsServedToo() throws Exception {
        rig.upstream.script(takesBodyAfter(CONTINUE));
        try (RawClient client = rig.connect().send(POST + "abc" + POST + "def")) {
            for (String expected : new String[] {"abc", "def"}) {
                String head = client.readHead();
                assertThat(head.equals(CONTINUE) ? client.readHead() : head).isEqualTo(OK);
                assertThat(body()).isEqualTo(expected);
            }
        }
    }

    @Test
    void anotherInterimAnswerDoesNotAskForTheBody() throws Exception {
        rig.upstream.script(takesBodyAfter("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + CONTINUE));
        try (RawClient client = rig.connect().send(POST)) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 103 ");
            assertThat(client.readHead()).isEqualTo(CONTINUE);
            assertThat(client.send("abc").readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(body()).isEqualTo("abc");
        }
    }

    @Test
    void aClientOfHttp2IsAskedToo() throws Exception {
        rig.upstream.script(takesBodyAfter(CONTINUE));
        try (RawHttp2 client = new RawHttp2(rig.connect())) {
            client.sendRequest(1, false, "POST", "expect", "100-continue", "content-length", "3");
            assertThat(client.readStatus()).isEqualTo(100);
            client.sendData(1, true, "abc");
            assertThat(client.readStatus()).isEqualTo(200);
            assertThat(body()).isEqualTo("abc");
        }
    }

    @Test
    void aTokenThatIsRefusedIsReplacedBeforeTheBodyIsAskedFor() throws Exception {
        rig.upstream.script(connection -> {
            if (connection.head().startsWith("POST /api/execute ")) {
                ok("").run(connection);
            } else if (bodies.isEmpty() && go.getCount() > 0) {
                go.countDown();
                connection.write("HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                connection.close();
            } else {
                connection.write(CONTINUE);
                takeBody(connection);
            }
        });
        try (RawClient client = rig.connect().send(POST)) {
            assertThat(client.readHead()).isEqualTo(CONTINUE);
            assertThat(client.send("abc").readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(body()).isEqualTo("abc");
        }
    }

    @Test
    void anExpectationInHttp10MeansNothing() throws Exception {
        rig.upstream.script(this::takeBody);
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(rig.upstream.takeHead()).doesNotContainIgnoringCase("expect");
        }
    }

    @Test
    void withoutABodyThereIsNothingToExpect() throws Exception {
        assertThat(rig.forwarded("GET / HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\n\r\n"))
                .doesNotContainIgnoringCase("expect");
    }

    @Test
    void aRequestThatTppRefusesIsNotAskedForItsBody() {
        try (RawClient client = rig.connect()) {
            client.send("POST /api/login HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void anUnknownExpectationFails() {
        try (RawClient client = rig.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: tpp\r\nExpect: miracles\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 417 ");
        }
    }

    // While it waits for a token

    @Test
    void aClientThatWaitsForItsTokenIsNotAskedBeforeItHasOne() throws Exception {
        try (Rig pool = Rig.start(1);
                RawClient holder = pool.connect()) {
            holder.tokenNumber();
            try (RawClient waiter = pool.connect()) {
                waiter.send("POST /echo HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
                pool.awaitWaiting(1);
                assertThat(waiter.hasNothingToRead()).isTrue();
                holder.hangUp();
                assertThat(waiter.readHead()).isEqualTo(CONTINUE);
                assertThat(waiter.send("abc").read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void oneThatLeavesMeanwhileGivesItsPlaceUp() throws Exception {
        try (Rig pool = Rig.start(1);
                RawClient holder = pool.connect()) {
            holder.tokenNumber();
            try (RawClient waiter = pool.connect()) {
                waiter.send("POST /echo HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
                pool.awaitWaiting(1);
            }
            pool.awaitWaiting(0);
        }
    }

    @Test
    void evenAfterItSentItsBodyUnasked() throws Exception {
        try (Rig pool = Rig.start(1);
                RawClient holder = pool.connect()) {
            holder.tokenNumber();
            try (RawClient waiter = pool.connect()) {
                waiter.send("POST /echo HTTP/1.1\r\nHost: tpp\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
                pool.awaitWaiting(1);
                waiter.send("abc");
                waiter.readHead();
            }
            pool.awaitWaiting(0);
        }
    }
}
