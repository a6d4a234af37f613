package io.tpp.proxy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/**
 * What the servlet's base class takes for a request's body: whoever is to listen to it reads the body himself.
 *
 * <p>Stateless.
 */
final class BodyInput extends ServletInputStream {
    @Override
    public void setReadListener(ReadListener listener) {
        ((BodyReader) listener).iterate();
    }

    @Override
    public boolean isFinished() {
        return false;
    }

    @Override
    public boolean isReady() {
        return false;
    }

    @Override
    public int read() {
        throw new IllegalStateException("only its listener reads the body");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        return read();
    }
}
