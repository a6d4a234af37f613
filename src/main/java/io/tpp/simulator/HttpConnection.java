package io.tpp.simulator;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection to the simulator.
 *
 * <h2>Threads</h2>
 *
 * The connection's own thread reads. It also writes answers that are ready at once. While an answer
 * is pending that thread waits for the next byte, so it sees at once when the client leaves; the
 * answer is then written by the thread that completes it.
 *
 * <p>An end of the client's sending side while an answer is pending counts as leaving.
 */
final class HttpConnection implements Runnable {
    private static final Logger logger = LoggerFactory.getLogger(HttpConnection.class);
    private static final byte[] BAD_REQUEST =
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int LINGER_MILLIS = 2000;
    private static final int DRAIN_LIMIT = 4 * 1024 * 1024;

    private final long id;
    private final Socket socket;
    private final HttpHandler handler;
    private final Executor workers;
    private final Wire wire;
    private final HttpInput in;
    private final RequestReader reader;
    private final AnswerWriter writer;
    private int answered;
    private volatile boolean finished;
    private volatile boolean over;

    HttpConnection(long id, Socket socket, HttpHandler handler, Executor workers) throws IOException {
        this.id = id;
        this.socket = socket;
        this.handler = handler;
        this.workers = workers;
        this.wire = new Wire(socket);
        this.in = new HttpInput(socket.getInputStream());
        this.reader = new RequestReader(in, this::sendContinue);
        this.writer = new AnswerWriter(wire);
    }

    /** Returns its number in the order of arrival, from 1. */
    long id() {
        return id;
    }

    /** Returns the address of its other end. */
    String remoteAddress() {
        return socket.getInetAddress().getHostAddress();
    }

    int remotePort() {
        return socket.getPort();
    }

    /** Returns {@code ip:port} of its other end. */
    String remote() {
        return remoteAddress() + ":" + remotePort();
    }

    @Override
    public void run() {
        try (socket) {
            serveAll();
            linger();
        } catch (IOException e) {
            // The client is gone, or a fault closed the connection; its exchange has been told.
        } finally {
            over = true;
        }
    }

    /** Returns whether it was found to be closed, by whichever side. */
    boolean isOver() {
        return over;
    }

    /** Drops the connection with a TCP reset; does nothing if it is closed. */
    void reset() {
        try {
            wire.reset();
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void serveAll() throws IOException {
        try {
            while (serveNext()) {
                // Keep-alive.
            }
        } catch (BadRequestException e) {
            handler.malformed(e.reason());
            wire.write(BAD_REQUEST);
        }
    }

    private boolean serveNext() throws IOException {
        HttpRequest request = reader.next();
        if (request == null) {
            return false;
        }
        Exchange exchange = new Exchange(request, this, handler);
        try {
            CompletableFuture<HttpAnswer> written =
                    handler.handle(exchange).thenCompose(answer -> write(exchange, answer));
            if (!written.isDone()) {
                watch(exchange);
            }
            return afterwards(request, written.join());
        } catch (RuntimeException e) {
            exchange.abort();
            logIfBug(e);
            throw new IOException("no answer", e);
        } catch (IOException e) {
            exchange.abort();
            throw e;
        }
    }

    private static void logIfBug(RuntimeException failure) {
        if (!(failure instanceof CompletionException && failure.getCause() instanceof IOException)) {
            logger.error("simulator: a request failed", failure);
        }
    }

    private CompletableFuture<HttpAnswer> write(Exchange exchange, HttpAnswer answer) {
        if (answer.takesLong()) {
            return CompletableFuture.supplyAsync(() -> writeNow(exchange, answer), workers);
        }
        return CompletableFuture.completedFuture(writeNow(exchange, answer));
    }

    private HttpAnswer writeNow(Exchange exchange, HttpAnswer answer) {
        try {
            writer.write(exchange, answer);
            endIfLast(exchange.request());
            return answer;
        } catch (IOException e) {
            exchange.abort();
            throw new CompletionException(e);
        }
    }

    /** Ends the connection from the writing thread, because the reading one may wait for bytes. */
    private void endIfLast(HttpRequest request) throws IOException {
        answered++;
        if (request.wantsClose()) {
            finished = true;
            wire.finish();
        } else if (answered == handler.requestsPerConnection()) {
            wire.close();
        }
    }

    private void watch(Exchange exchange) throws IOException {
        if (!in.isEmpty() || !exchange.request().body().atEnd()) {
            return;
        }
        try {
            if (in.fill()) {
                return;
            }
        } catch (IOException e) {
            exchange.abort();
            throw e;
        }
        if (exchange.abort()) {
            throw new ClientGoneException();
        }
    }

    private boolean afterwards(HttpRequest request, HttpAnswer answer) throws IOException {
        if (answer.tunnel() != null) {
            answer.tunnel().run(in, wire.output());
            return false;
        }
        return !finished && drain(request.body());
    }

    /** Reads what the handler left of a body. Returns false if that is too much, or was never asked for. */
    private static boolean drain(RequestBody body) throws IOException {
        return body.atEnd() || (!body.awaitsContinue() && body.skip(DRAIN_LIMIT) < DRAIN_LIMIT);
    }

    /** Reads on until the client ends too, so that its unread bytes cause no reset of our answer. */
    private void linger() throws IOException {
        socket.setSoTimeout(LINGER_MILLIS);
        wire.finish();
        byte[] ignored = new byte[4096];
        while (in.read(ignored, 0, ignored.length) >= 0) {
            // Nobody wants it.
        }
    }

    private void sendContinue() throws IOException {
        wire.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}
