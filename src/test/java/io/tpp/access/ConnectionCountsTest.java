package io.tpp.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Connections counted by client. */
class ConnectionCountsTest {
    private static final ClientId A = new ClientId(ClientId.Kind.KEY, "a");

    @Test
    void aClientEntersAsOftenAsItMayAndAgainAfterItLeft() {
        ConnectionCounts counts = new ConnectionCounts(2);
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.enter(A)).isFalse();
        assertThat(counts.enter(new ClientId(ClientId.Kind.CERTIFICATE, "a")))
                .as("another kind, another client")
                .isTrue();
        counts.leave(A);
        assertThat(counts.enter(A)).isTrue();
    }

    @Test
    void nothingIsKeptOfClientsThatLeft() {
        ConnectionCounts counts = new ConnectionCounts(3);
        for (int i = 0; i < 100; i++) {
            ClientId client = new ClientId(ClientId.Kind.ADDRESS, "10.0.0." + i);
            counts.enter(client);
            counts.enter(client);
            counts.leave(client);
            counts.leave(client);
        }
        assertThat(counts.clients()).isZero();
    }

    @Test
    void withoutALimitNothingIsCounted() {
        ConnectionCounts counts = new ConnectionCounts(0);
        assertThat(counts.enter(A)).isTrue();
        assertThat(counts.clients()).isZero();
    }
}
