package io.tpp;

import static io.tpp.testing.RawHttp2.END_HEADERS;
import static io.tpp.testing.RawHttp2.HEADERS;
import static io.tpp.testing.RawHttp2.RST_STREAM;
import static io.tpp.testing.RawHttp2.SETTINGS;
import static io.tpp.testing.RawHttp2.field;
import static io.tpp.testing.RawHttp2.frame;
import static io.tpp.testing.RawHttp2.number;
import static io.tpp.testing.RawHttp2.request;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawHttp2;
import org.junit.jupiter.api.Test;

/** WebSocket within HTTP/2 (RFC 8441), frame by frame. */
class ExtendedConnectTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    @Test
    void itIsNotOfferedAndItsStreamIsResetIfItComesAllTheSame() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(ok(""));
                RawHttp2 client = new RawHttp2(rig.connect()).open()) {
            assertThat(RawHttp2.settings(client.read(SETTINGS))).doesNotContainEntry(ENABLE_CONNECT_PROTOCOL, 1);
            String connect = field(":protocol", "websocket") + request("CONNECT", "/");
            client.send(frame(HEADERS, END_HEADERS, 1, connect));
            assertThat(client.read(RST_STREAM).payload()).isEqualTo(number(PROTOCOL_ERROR, 4));
            assertThat(rig.upstream.headsLeft()).isZero();
            assertThat(client.get(3, request("GET", "/")).status(3)).isEqualTo(200);
        }
    }
}
