package io.tpp.proxy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * A client's request as Jetty's proxy servlet sees it: asynchronous from the start, and safe to look at
 * after the client's side has ended, when Jetty has given the request's own state to another one.
 */
abstract class ProxiedRequest extends HttpServletRequestWrapper {
    private final AsyncContext asyncContext;
    private final ServletContextRequest core;
    private final long contentLength;
    private @Nullable BodyMeter bodyMeter;
    private @Nullable ServletInputStream measured;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();

    ProxiedRequest(HttpServletRequest request, HttpServletResponse response) {
        super(request);
        this.asyncContext = request.startAsync(new WithoutTarget(request), response);
        this.asyncContext.setTimeout(0);
        this.core = ServletContextRequest.getServletContextRequest(request);
        this.contentLength = request.getContentLengthLong();
    }

    /**
     * What Jetty may look at to find out where to dispatch the request to, which never happens: of a target such as {@code
     * //;} it would take a part for an authority, and fail.
     */
    private static final class WithoutTarget extends HttpServletRequestWrapper {
        WithoutTarget(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getRequestURI() {
            return "/";
        }
    }

    /** Returns whether the request is Jetty's again. */
    abstract boolean isCompleted();

    final ServletContextRequest core() {
        return core;
    }

    /** Sets what measures the body; before it is read. */
    final void measure(BodyMeter meter) {
        bodyMeter = meter;
    }

    @Override
    public final ServletInputStream getInputStream() throws IOException {
        if (bodyMeter == null) {
            return super.getInputStream();
        }
        if (measured == null) {
            measured = new MeteredInput(super.getInputStream(), bodyMeter, contentLength);
        }
        return measured;
    }

    @Override
    public final long getContentLengthLong() {
        return contentLength;
    }

    @Override
    public final @Nullable Object getAttribute(String name) {
        Object own = attributes.get(name);
        return own != null || isCompleted() ? own : super.getAttribute(name);
    }

    @Override
    public final void setAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public final AsyncContext startAsync() {
        return asyncContext;
    }

    @Override
    public final AsyncContext getAsyncContext() {
        return asyncContext;
    }
}
