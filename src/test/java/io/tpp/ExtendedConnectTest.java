package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawHttp2;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** WebSocket within HTTP/2 (RFC 8441), frame by frame. */
class ExtendedConnectTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    @Test
    void itIsNotOfferedAndItsStreamIsResetIfItComesAllTheSame() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(ok(""));
                RawHttp2 client = new RawHttp2(rig.connect())) {
            assertThat(settings(client.await(RawHttp2.SETTINGS).payload()))
                    .doesNotContainEntry(ENABLE_CONNECT_PROTOCOL, 1);
            client.sendRequest(1, false, "CONNECT", ":protocol", "websocket");
            assertThat(client.await(RawHttp2.RST_STREAM).payload().getInt()).isEqualTo(PROTOCOL_ERROR);
            assertThat(rig.upstream.headsLeft()).isZero();
            client.sendRequest(3, true, "GET");
            assertThat(client.readStatus()).isEqualTo(200);
        }
    }

    private static Map<Integer, Integer> settings(ByteBuffer bytes) {
        Map<Integer, Integer> settings = new HashMap<>();
        while (bytes.hasRemaining()) {
            settings.put((int) bytes.getShort(), bytes.getInt());
        }
        return settings;
    }
}
