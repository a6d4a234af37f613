package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.api.Test;

/** What bytes are moved in is used again. */
class BuffersTest {
    private static final int CLIENTS = 40;

    /** More than all sockets on the way hold, so that each answer waits for its client in a piece of its own. */
    private static final long MUCH = 32L << 20;

    private static final int PIECE = 64 * 1024;

    @Test
    void whatManySlowAnswersNeedAtOnceIsKeptForTheNext() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (Rig rig = Rig.start(CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(rig.connect().send("GET /bytes?n=" + MUCH + " HTTP/1.1\r\nHost: tpp\r\n\r\n"));
            }
            for (RawClient client : clients) {
                client.readHead();
            }
            for (RawClient client : clients) {
                assertThat(client.skip(MUCH)).isEqualTo(MUCH);
                client.close();
            }
            ArrayByteBufferPool pool = (ArrayByteBufferPool)
                    Objects.requireNonNull(ServletContextHandler.getServletContextHandler(rig.servletContext()))
                            .getServer()
                            .getByteBufferPool();
            // The first ones may have gone through before the last ones came.
            assertThat(pool.getDirectMemory()).isGreaterThan(CLIENTS / 2 * PIECE);
        }
    }
}
