package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** A body between a client that writes it and upstream requests that read it. */
class RequestBodyTest {
    private static final int AHEAD = 64 * 1024;

    private final AtomicInteger taken = new AtomicInteger();

    private RequestBody write(RequestBody body, int... sizes) {
        for (int size : sizes) {
            body.write(ByteBuffer.allocate(size), Callback.from(taken::incrementAndGet));
        }
        return body;
    }

    /** Reads what is there; returns how much. */
    private static int read(Request.Content reading) {
        int total = 0;
        for (Content.Chunk chunk = reading.read(); chunk != null; chunk = reading.read()) {
            total += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                return total;
            }
        }
        return total;
    }

    @Test
    void theFirstPartIsTakenAtOnceAndTheRestWhenItIsRead() {
        RequestBody body = write(new RequestBody(0), AHEAD, 1);
        assertThat(taken).hasValue(1);
        assertThat(read(body.fromStart())).isEqualTo(AHEAD + 1);
        assertThat(taken).hasValue(2);
    }

    @Test
    void whatIsNotSentCanAlwaysStartAgain() {
        RequestBody body = write(new RequestBody(0), AHEAD, 1);
        body.fromStart();
        assertThat(body.canStartAgain()).isTrue();
        assertThat(read(body.fromStart())).isEqualTo(AHEAD + 1);
        assertThat(body.canStartAgain()).isFalse();
    }

    @Test
    void aSecondReadingGetsAllOfItAndGoesOn() {
        RequestBody body = write(new RequestBody(100), 40, 40);
        assertThat(read(body.fromStart())).isEqualTo(80);
        write(body, 20);
        Request.Content second = body.fromStart();
        assertThat(read(second)).isEqualTo(100);
        assertThat(body.canStartAgain()).isTrue();
        write(body, 1);
        assertThat(read(second)).isEqualTo(1);
        assertThat(body.canStartAgain()).isFalse();
    }

    @Test
    void aReadingThatWasReplacedGetsNothingAndNoEnd() {
        RequestBody body = write(new RequestBody(100), 40);
        Request.Content first = body.fromStart();
        body.fromStart();
        body.close();
        assertThat(first.read()).isNull();
    }

    @Test
    void aBrokenReadingDoesNotBreakTheBody() {
        RequestBody body = write(new RequestBody(100), 40);
        Request.Content first = body.fromStart();
        first.fail(new Exception("broken"));
        assertThat(Content.Chunk.isFailure(first.read())).isTrue();
        body.close();
        assertThat(read(body.fromStart())).isEqualTo(40);
        assertThat(body.isSent()).isTrue();
    }

    @Test
    void aDemandIsMetByTheNextPieceByTheEndAndByAFailure() {
        AtomicInteger calls = new AtomicInteger();
        RequestBody body = new RequestBody(100);
        Request.Content reading = body.fromStart();
        reading.demand(calls::incrementAndGet);
        assertThat(calls).hasValue(0);
        write(body, 1);
        assertThat(calls).hasValue(1);
        read(reading);
        reading.demand(calls::incrementAndGet);
        body.close();
        assertThat(calls).hasValue(2);
        assertThat(reading.read()).isEqualTo(Content.Chunk.EOF);
        Request.Content second = new RequestBody(100).fromStart();
        second.demand(calls::incrementAndGet);
        second.fail(new Exception("broken"));
        assertThat(calls).hasValue(3);
    }

    @Test
    void theLengthIsKnownIfTheBodyHasCome() {
        RequestBody body = write(new RequestBody(100), 3);
        assertThat(body.fromStart().getLength()).isEqualTo(-1);
        body.close();
        assertThat(body.fromStart().getLength()).isEqualTo(3);
    }

    @Test
    void butNotIfTrailersFollowForWhichItMustBeSentInChunks() {
        RequestBody body = write(new RequestBody(100), 3);
        body.trailers(HttpFields.build().add("X-Late", "1"));
        body.close();
        assertThat(body.fromStart().getLength()).isEqualTo(-1);
        assertThat(body.trailers()).isNotNull();
    }

    @Test
    void whatIsDiscardedIsTakenAtOnceAndReadByNobody() {
        RequestBody body = write(new RequestBody(0), AHEAD, 1);
        Request.Content reading = body.fromStart();
        body.discard(10, () -> {});
        assertThat(taken).hasValue(2);
        write(body, 1);
        assertThat(taken).hasValue(3);
        body.close();
        assertThat(reading.read()).isNull();
        assertThat(body.isSent()).isFalse();
    }

    @Test
    void whatIsTooMuchToBeDiscardedIsNotTaken() {
        AtomicInteger told = new AtomicInteger();
        RequestBody body = new RequestBody(0);
        body.discard(3, told::incrementAndGet);
        write(body, 2, 1);
        assertThat(taken).hasValue(2);
        assertThat(told).hasValue(0);
        write(body, 1);
        assertThat(taken).hasValue(2);
        assertThat(told).hasValue(1);
    }

    @Test
    void bytesAreCopiedBeforeTheWriterUsesItsBufferAgain() {
        byte[] buffer = "abc".getBytes(StandardCharsets.US_ASCII);
        RequestBody body = new RequestBody(100);
        body.write(ByteBuffer.wrap(buffer), Callback.NOOP);
        buffer[0] = 'x';
        body.close();
        Content.Chunk chunk = body.fromStart().read();
        assertThat(StandardCharsets.US_ASCII.decode(chunk.getByteBuffer()).toString())
                .isEqualTo("abc");
        assertThat(chunk.isLast()).isTrue();
    }
}
