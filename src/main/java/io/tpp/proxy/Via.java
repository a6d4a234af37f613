package io.tpp.proxy;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * Notes in a message that it came through TPP (RFC 9110 §7.6.3), behind what other proxies have noted. A pseudonym stands
 * for the host, whose name is nobody's business. Stateless.
 */
final class Via {
    private static final HttpField HTTP_1_0 = new PreEncodedHttpField(HttpHeader.VIA, "1.0 tpp");
    private static final HttpField HTTP_1_1 = new PreEncodedHttpField(HttpHeader.VIA, "1.1 tpp");
    private static final HttpField HTTP_2 = new PreEncodedHttpField(HttpHeader.VIA, "2 tpp");

    private Via() {}

    /** {@code received}: as what the message came; null: not known, as HTTP/1.1 then. */
    static void addTo(HttpFields.Mutable headers, @Nullable HttpVersion received) {
        headers.add(received == HttpVersion.HTTP_2 ? HTTP_2 : received == HttpVersion.HTTP_1_0 ? HTTP_1_0 : HTTP_1_1);
    }
}
