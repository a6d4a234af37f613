package io.tpp.proxy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Jetty from giving the length of what was sent, zero, for the length of what the answer describes: in an answer
 * to HEAD and in a 304, {@code Content-Length} is that of the answer to a GET (RFC 9110 §8.6). If the upstream does not
 * tell it, nor does TPP.
 */
final class UnknownLength extends HttpStream.Wrapper {
    private UnknownLength(HttpStream stream) {
        super(stream);
    }

    /** Must be called before the response is committed. */
    static void keep(Request request, int status, HttpFields upstreamFields) {
        if (describesOnly(request, status) && !upstreamFields.contains(HttpHeader.CONTENT_LENGTH)) {
            request.addHttpStreamWrapper(UnknownLength::new);
        }
    }

    /** Returns whether the answer describes a body that it does not have. */
    static boolean describesOnly(Request request, int status) {
        return HttpMethod.HEAD.is(request.getMethod()) || status == HttpStatus.NOT_MODIFIED_304;
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        if (response == null || !last) {
            super.send(request, response, last, content, callback);
            return;
        }
        // In two steps, because what is sent at once has a known length.
        Callback end = Callback.from(() -> super.send(request, null, true, content, callback), callback::failed);
        super.send(request, withoutLength(response), false, null, end);
    }

    private static MetaData.Response withoutLength(MetaData.Response response) {
        HttpFields fields = HttpFields.build(response.getHttpFields()).remove(HttpHeader.CONTENT_LENGTH);
        return new MetaData.Response(
                response.getStatus(),
                response.getReason(),
                response.getHttpVersion(),
                fields,
                -1,
                response.getTrailersSupplier());
    }
}
