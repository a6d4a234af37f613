package io.tpp;

import io.tpp.proxy.DeafConnection;
import io.tpp.proxy.SelectorBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpChannelState;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as {@link LenientHttp1} has it.
 *
 * <h2>Threads</h2>
 *
 * As its base class: one at a time reads, and whoever ends an answer may let another one go on. What one finds wrong with a
 * request is answered by another, but only when nobody {@linkplain OngoingReads reads} any more.
 */
final class LenientConnection extends HttpConnection {
    /** RFC 9110 §4.2: no absolute target is without a host; Jetty would take what {@code Host} says for it. */
    private static final Pattern WITHOUT_AUTHORITY = Pattern.compile("https?:(?!//)", Pattern.CASE_INSENSITIVE);

    private final int maxTargetBytes;

    /** Of what everything but a long body is read into, in bytes. */
    private final int inputBufferSize;

    private final Executor resuming = this::resume;
    private final Callback readable;

    /** Whether the request has a body, for which the base class keeps a buffer until it finds nothing more to read. */
    private volatile boolean bodied;

    private final OngoingReads reads;

    /** The thread that is just telling of a malformed request; of use to that thread only. */
    private @Nullable Thread complaining;

    LenientConnection(
            HttpConfiguration http, Connector connector, EndPoint endPoint, int maxTargetBytes, int inputBufferSize) {
        super(http, connector, endPoint);
        this.maxTargetBytes = maxTargetBytes;
        this.inputBufferSize = inputBufferSize;
        this.reads = new OngoingReads(this::execute);
        this.readable = Callback.from(
                connector.getServer().getInvocationType(), this::onFillable, this::onFillInterestedFailed);
    }

    private void execute(Runnable task) {
        try {
            super.getExecutor().execute(task);
        } catch (RejectedExecutionException stopping) {
            getEndPoint().close();
        }
    }

    /** What the base class runs after an answer, and at the very first, is itself. */
    @Override
    protected Executor getExecutor() {
        return resuming;
    }

    /**
     * Unless a part of the next request is there already, there is nothing for another thread to do: the selector tells
     * when it comes. After a body this thread looks itself, so that the buffer is given back.
     */
    private void resume(Runnable task) {
        boolean between = task == this && isRequestBufferEmpty() && !getParser().isClosed();
        if (!between) {
            super.getExecutor().execute(task);
        } else if (bodied) {
            task.run();
        } else {
            fillInterested(readable);
        }
    }

    @Override
    public void onFillable() {
        reads.begin();
        try {
            super.onFillable();
        } finally {
            reads.end();
        }
    }

    /** Called by the base class's constructor. */
    @Override
    protected RequestHandler newRequestHandler() {
        return new UpgradesLast();
    }

    /** Called by the base class's constructor. */
    @Override
    protected HttpChannel newHttpChannel(Server server, HttpConfiguration configuration) {
        return new PatientChannel();
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
        return new ReadStream(method, uri, version);
    }

    /** A thread that finds a request malformed tells of it. */
    private void complain(Runnable complaint) {
        complaining = Thread.currentThread();
        try {
            complaint.run();
        } finally {
            complaining = null;
        }
    }

    /**
     * Lets a malformed request be answered when its connection is not read any more.
     *
     * <p>The base class has another thread do that at once, which then reads on. The one that found the fault may only
     * then give back what it had read into, and the next client's request would be read into it while the bytes of this
     * one still arrive there.
     */
    private final class PatientChannel extends HttpChannelState {
        PatientChannel() {
            super(LenientConnection.this);
        }

        @Override
        public @Nullable Runnable onFailure(Throwable failure) {
            Runnable task = super.onFailure(failure);
            boolean waits = task != null && complaining == Thread.currentThread();
            return waits ? () -> reads.afterwards(task) : task;
        }
    }

    private final class ReadStream extends HttpStreamOverHTTP1 {
        ReadStream(String method, String uri, HttpVersion version) {
            super(method, uri, version);
        }

        @Override
        public Content.Chunk read() {
            reads.begin();
            try {
                return super.read();
            } finally {
                reads.end();
            }
        }

        @Override
        public void demand() {
            reads.begin();
            try {
                super.demand();
            } finally {
                reads.end();
            }
        }
    }

    /** Keeps {@code Upgrade} back until it is known whether {@code Connection} names it. */
    private final class UpgradesLast extends RequestHandler {
        private final List<HttpField> upgrades = new ArrayList<>(1);
        private boolean named;
        private boolean http10;

        @Override
        public void startRequest(String method, String uri, HttpVersion version) {
            upgrades.clear();
            named = false;
            http10 = version == HttpVersion.HTTP_1_0;
            super.startRequest(method, uri, version);
            if (uri.length() > maxTargetBytes) {
                throw new HttpException.RuntimeException(HttpStatus.URI_TOO_LONG_414);
            }
            if (!uri.startsWith("/") && WITHOUT_AUTHORITY.matcher(uri).lookingAt()) {
                throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
            }
        }

        @Override
        public void parsedHeader(HttpField field) {
            if (field.getHeader() == HttpHeader.UPGRADE) {
                upgrades.add(field);
                return;
            }
            if (http10 && field.getHeader() == HttpHeader.EXPECT) {
                // It is to be ignored (RFC 9110 §10.1.1); Jetty would answer with a 100 that HTTP/1.0 does not
                // know.
                return;
            }
            if (field.getHeader() == HttpHeader.CONNECTION) {
                named |= field.contains(HttpHeaderValue.UPGRADE.asString());
            }
            super.parsedHeader(field);
        }

        /**
         * The head is malformed; of a body that is told as an early end. The client may still be sending, and is to have its
         * answer nevertheless, which waits until this thread has ended its read.
         */
        @Override
        public void badMessage(HttpException failure) {
            complain(() -> super.badMessage(failure));
            DeafConnection.follow(getHttpChannel().getRequest(), false);
        }

        @Override
        public void earlyEOF() {
            complain(super::earlyEOF);
        }

        private boolean isLong() {
            long length = getParser().getContentLength();
            return bodied && (length < 0 || length > SelectorBuffers.LONG_PIECE);
        }

        @Override
        public boolean headerComplete() {
            bodied = getParser().hasContent();
            setInputBufferSize(isLong() ? SelectorBuffers.LONG_PIECE : inputBufferSize);
            if (named) {
                upgrades.forEach(super::parsedHeader);
            }
            return super.headerComplete();
        }
    }
}
