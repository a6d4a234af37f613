package io.tpp.proxy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/**
 * A request's body as the servlet reads it, measured by a {@link BodyMeter}.
 *
 * <p>Used by Jetty, by one thread at a time.
 */
final class MeteredInput extends ServletInputStream {
    private final ServletInputStream input;
    private final BodyMeter meter;

    MeteredInput(ServletInputStream input, BodyMeter meter) {
        this.input = input;
        this.meter = meter;
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
        }
        return count;
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
                listener.onAllDataRead();
            }

            @Override
            public void onError(Throwable failure) {
                meter.goesOn();
                listener.onError(failure);
            }
        });
    }
}
