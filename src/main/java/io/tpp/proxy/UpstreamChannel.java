package io.tpp.proxy;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpReceiverOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpSenderOverHTTP;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The two halves of a connection to the upstream: what is sent on it, and what comes.
 *
 * <p>Called by Jetty's client.
 */
final class UpstreamChannel extends HttpChannelOverHTTP {
    private final UpstreamConnection connection;

    /** What the base class guards with a lock; for each request it is asked for some twenty times. */
    private volatile @Nullable HttpExchange exchange;

    UpstreamChannel(UpstreamConnection connection) {
        super(connection);
        this.connection = connection;
    }

    /** Called by the base class's constructor. */
    @Override
    protected HttpSenderOverHTTP newHttpSender() {
        return new Sender();
    }

    /** Called by the base class's constructor. */
    @Override
    protected HttpReceiverOverHTTP newHttpReceiver() {
        return new Receiver();
    }

    @Override
    public boolean associate(HttpExchange next) {
        boolean associated = super.associate(next);
        lookAtExchange();
        return associated;
    }

    @Override
    public boolean disassociate(HttpExchange last) {
        boolean disassociated = super.disassociate(last);
        lookAtExchange();
        ((Receiver) getHttpReceiver()).forget(last);
        return disassociated;
    }

    /** After each change; of two at once the later look sees both. */
    private synchronized void lookAtExchange() {
        exchange = super.getHttpExchange();
    }

    @Override
    public @Nullable HttpExchange getHttpExchange() {
        return exchange;
    }

    /** Sends requests; what cannot be written does not end them {@linkplain UpstreamConnection#holdWriteFailure at once}. */
    private final class Sender extends HttpSenderOverHTTP {
        Sender() {
            super(UpstreamChannel.this);
        }

        /** The body itself is held back until the upstream wants it. */
        @Override
        protected boolean expects100Continue(Request request) {
            return false;
        }

        @Override
        protected void sendHeaders(HttpExchange exchange, ByteBuffer content, boolean last, Callback callback) {
            super.sendHeaders(exchange, content, last, held(callback));
        }

        @Override
        protected void sendContent(HttpExchange exchange, ByteBuffer content, boolean last, Callback callback) {
            super.sendContent(exchange, content, last, held(callback));
        }

        private Callback held(Callback callback) {
            connection.writing(true);
            return Callback.from(
                    callback.getInvocationType(),
                    () -> {
                        connection.writing(false);
                        callback.succeeded();
                    },
                    failure -> connection.holdWriteFailure(failure, () -> callback.failed(failure)));
        }
    }

    /** Reads answers; one that is followed by bytes nobody asked for is the last of its connection. */
    private final class Receiver extends HttpReceiverOverHTTP {
        private boolean interim;
        private boolean upgrade;

        /** Whose answer has come while its request is not through yet; null: nobody's. */
        private final AtomicReference<@Nullable HttpExchange> answered = new AtomicReference<>();

        Receiver() {
            super(UpstreamChannel.this);
        }

        @Override
        public void startResponse(HttpVersion version, int status, String reason) {
            if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
                throw new HttpException.RuntimeException(HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505, "not HTTP/1.x");
            }
            HttpExchange exchange = getHttpExchange();
            if (exchange != null && exchange == answered.get()) {
                connection.distrust();
            }
            interim = HttpStatus.isInterim(status);
            upgrade = status == HttpStatus.SWITCHING_PROTOCOLS_101;
            super.startResponse(version, status, reason);
        }

        /**
         * Nobody is told of them one by one. The base class would have each wait its turn behind an abort by another thread;
         * but whoever hears of that does not ask for the head of an answer that has not begun.
         */
        @Override
        protected void responseHeader(HttpExchange exchange, HttpField field) {
            exchange.getResponse().addHeader(field);
        }

        /** An exchange is over; a connection that nobody uses must not hold on to it. */
        void forget(HttpExchange over) {
            answered.compareAndSet(over, null);
        }

        @Override
        public boolean messageComplete() {
            boolean complete = super.messageComplete();
            ByteBuffer buffer = getResponseBuffer();
            if (complete && !interim && !upgrade) {
                answered.set(getHttpExchange());
                if (buffer != null && buffer.hasRemaining()) {
                    connection.distrust();
                }
            }
            return complete;
        }
    }
}
