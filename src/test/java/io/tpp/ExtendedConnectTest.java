package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.junit.jupiter.api.Test;

/** WebSocket within HTTP/2 (RFC 8441), frame by frame. */
class ExtendedConnectTest {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PROTOCOL_ERROR = 1;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String TARGET = field(":scheme", "http") + field(":path", "/") + field(":authority", "tpp");
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    @Test
    void itIsNotOfferedAndItsStreamIsResetIfItComesAllTheSame() throws Exception {
        try (ScriptedRig rig = ScriptedRig.start(ok(""));
                RawClient client = rig.connect()) {
            client.send(PREFACE + frame(SETTINGS, 0, 0, ""));
            assertThat(settings(payload(client, SETTINGS))).doesNotContainEntry(ENABLE_CONNECT_PROTOCOL, 1);
            client.send(frame(
                    HEADERS, END_HEADERS, 1, field(":method", "CONNECT") + field(":protocol", "websocket") + TARGET));
            assertThat(payload(client, RST_STREAM)).isEqualTo(number(PROTOCOL_ERROR, 4));
            assertThat(rig.upstream.headsLeft()).isZero();
            client.send(frame(HEADERS, END_STREAM | END_HEADERS, 3, field(":method", "GET") + TARGET));
            assertThat(status(payload(client, HEADERS))).isEqualTo(200);
        }
    }

    private static int status(String headers) throws Exception {
        return ((MetaData.Response)
                        new HpackDecoder(4096, System::nanoTime).decode(ByteBuffer.wrap(headers.getBytes(ISO_8859_1))))
                .getStatus();
    }

    private static String frame(int type, int flags, int stream, String payload) {
        return number(payload.length(), 3) + (char) type + (char) flags + number(stream, 4) + payload;
    }

    private static String number(int value, int octets) {
        StringBuilder text = new StringBuilder();
        for (int i = octets - 1; i >= 0; i--) {
            text.append((char) (value >>> (8 * i) & 0xFF));
        }
        return text.toString();
    }

    /** A literal field that is not indexed (RFC 7541 §6.2.2). */
    private static String field(String name, String value) {
        return "\0" + (char) name.length() + name + (char) value.length() + value;
    }

    /** Returns the payload of the next frame of a type. */
    private static String payload(RawClient client, int type) {
        while (true) {
            String head = client.readText(9);
            String payload = client.readText(head.charAt(0) << 16 | head.charAt(1) << 8 | head.charAt(2));
            if (head.charAt(3) == type) {
                return payload;
            }
        }
    }

    private static Map<Integer, Integer> settings(String payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload.getBytes(ISO_8859_1));
        Map<Integer, Integer> settings = new HashMap<>();
        while (bytes.hasRemaining()) {
            settings.put((int) bytes.getShort(), bytes.getInt());
        }
        return settings;
    }
}
