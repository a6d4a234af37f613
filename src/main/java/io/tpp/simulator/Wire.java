package io.tpp.simulator;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The sending side of a connection, down to what only faults need. Used by one thread at a time. */
final class Wire {
    private final Socket socket;
    private final OutputStream out;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    OutputStream output() {
        return out;
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void write(byte[] bytes, int from, int to) throws IOException {
        out.write(bytes, from, to - from);
        out.flush();
    }

    /** Ends the sending side and leaves the receiving side open. */
    void finish() throws IOException {
        if (!socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
    }

    void close() throws IOException {
        socket.close();
    }

    /** Closes so that the client gets a TCP reset. */
    void reset() throws IOException {
        resetOnClose();
        socket.close();
    }

    private void resetOnClose() throws SocketException {
        socket.setSoLinger(true, 0);
    }

    /** Waits; throws as soon as the client leaves. */
    void pause(Exchange exchange, Duration duration) throws IOException {
        try {
            exchange.untilGone(new CompletableFuture<Void>()).get(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new ClientGoneException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
