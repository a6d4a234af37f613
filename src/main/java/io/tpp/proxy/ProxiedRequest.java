package io.tpp.proxy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
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
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();

    ProxiedRequest(HttpServletRequest request, HttpServletResponse response) {
        super(request);
        // Of a request with a path Jetty would parse it once more, as an address: of "//a" it would be the host.
        this.asyncContext = request.startAsync(new ServletRequestWrapper(request), response);
        this.asyncContext.setTimeout(0);
        this.core = ServletContextRequest.getServletContextRequest(request);
        this.contentLength = request.getContentLengthLong();
    }

    /** Returns whether the request is Jetty's again. */
    abstract boolean isCompleted();

    final ServletContextRequest core() {
        return core;
    }

    @Override
    public final ServletInputStream getInputStream() {
        return new BodyInput();
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
