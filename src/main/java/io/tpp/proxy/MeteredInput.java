package io.tpp.proxy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * A request's body as the servlet reads it, measured by a {@link BodyMeter}, and broken if its length is not what the
 * request says: HTTP/2 leaves that to the reader (RFC 9113 §8.1.1), and the upstream would take what is too much for
 * another request.
 *
 * <p>Used by Jetty, by one thread at a time.
 */
final class MeteredInput extends ServletInputStream {
    private final ServletInputStream input;
    private final BodyMeter meter;

    /** How many bytes are to come; negative: as many as there are. */
    private long expected;

    MeteredInput(ServletInputStream input, BodyMeter meter, long length) {
        this.input = input;
        this.meter = meter;
        this.expected = length;
    }

    @Override
    public boolean isReady() {
        boolean ready = input.isReady();
        if (ready) {
            meter.goesOn();
        } else {
            meter.waits();
        }
        return ready;
    }

    @Override
    public boolean isFinished() {
        return input.isFinished();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = input.read(buffer, offset, length);
        if (count > 0) {
            meter.count(count);
            take(count);
        }
        return count;
    }

    private void take(int count) {
        if (expected < 0) {
            return;
        }
        if (count > expected) {
            throw wrongLength();
        }
        expected -= count;
    }

    private static HttpException.RuntimeException wrongLength() {
        return new HttpException.RuntimeException(
                HttpStatus.BAD_REQUEST_400, "the body is not as long as it should be");
    }

    @Override
    public void setReadListener(ReadListener listener) {
        meter.waits();
        input.setReadListener(new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                listener.onDataAvailable();
            }

            @Override
            public void onAllDataRead() throws IOException {
                meter.goesOn();
                if (expected > 0) {
                    listener.onError(wrongLength());
                } else {
                    listener.onAllDataRead();
                }
            }

            @Override
            public void onError(Throwable failure) {
                meter.goesOn();
                listener.onError(failure);
            }
        });
    }
}
