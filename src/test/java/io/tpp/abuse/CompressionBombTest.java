package io.tpp.abuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.ScriptedRig;
import io.tpp.testing.Memory;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A few bytes that unpack to very many pass as they are, both ways: TPP unpacks nothing. */
@Timeout(60)
class CompressionBombTest {
    private static final int UNPACKED = 512 << 20;

    private final BlockingQueue<String> uploads = new ArrayBlockingQueue<>(1);

    @Test
    void itPassesUntouchedBothWays() throws Exception {
        String bomb = bomb();
        assertThat(bomb.length()).isLessThan(UNPACKED / 100);
        try (ScriptedRig rig = ScriptedRig.start(connection -> {
            uploads.add(connection.readBody());
            connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length()
                    + "\r\n\r\n" + bomb);
        })) {
            long before = Memory.used();
            try (RawClient client = rig.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: tpp\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length()
                        + "\r\n\r\n" + bomb);
                Response response = client.read();
                assertThat(response.body().equals(bomb))
                        .as("the answer is as it was")
                        .isTrue();
                assertThat(response.headers()).containsEntry("content-encoding", "gzip");
            }
            assertThat(bomb.equals(uploads.poll(10, TimeUnit.SECONDS)))
                    .as("the request is as it was")
                    .isTrue();
            assertThat(rig.upstream.takeHead())
                    .contains("\r\nContent-Encoding: gzip\r\n")
                    .doesNotContainIgnoringCase("accept-encoding");
            assertThat(Memory.used() - before).isLessThan(32L << 20);
        }
    }

    private static String bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes, 1 << 16)) {
            for (int i = 0; i < UNPACKED / zeros.length; i++) {
                packed.write(zeros);
            }
        }
        return bytes.toString(ISO_8859_1);
    }
}
