package io.tpp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.api.trace.SpanContext;
import io.tpp.proxy.RequestFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Makes the request log's lines: the combined format that web servers share, or JSON, with the token's number, the
 * wait and the upstream's time behind it.
 *
 * <p>Without the query, which may be a script or hold a secret. A client that left is 499. The user is
 * what the client is called by its API key or certificate.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any thread at the end of a request; what it hands the lines to must not block.
 */
final class RequestLines implements RequestLog {
    private static final DateTimeFormatter COMMON_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final double NANOS_PER_SECOND = 1e9;

    private final boolean json;
    private final Consumer<String> lines;

    RequestLines(boolean json, Consumer<String> lines) {
        this.json = json;
        this.lines = lines;
    }

    @Override
    public void log(Request request, Response response) {
        Entry entry = Entry.of(request, response);
        lines.accept(json ? entry.json() : entry.text());
    }

    /** One request. Times in seconds; null: does not apply. */
    private record Entry(
            String client,
            @Nullable String user,
            Instant began,
            String method,
            String path,
            String protocol,
            int status,
            long bytes,
            @Nullable String referer,
            @Nullable String userAgent,
            int token,
            double waited,
            @Nullable Double upstream,
            double total,
            SpanContext trace) {
        static Entry of(Request request, Response response) {
            RequestFacts facts = RequestFacts.of(request);
            boolean gone = facts != null && facts.isClientGone();
            Duration sent = facts == null ? null : facts.sinceSent();
            String path = request.getHttpURI().getPath();
            return new Entry(
                    Request.getRemoteAddr(request),
                    RequestFacts.clientName(request),
                    Instant.ofEpochMilli(Request.getTimeStamp(request)),
                    request.getMethod(),
                    path == null ? "-" : path,
                    request.getConnectionMetaData().getProtocol(),
                    gone ? CLIENT_CLOSED_REQUEST : response.getStatus(),
                    Response.getContentBytesWritten(response),
                    withoutQuery(request.getHeaders().get(HttpHeader.REFERER)),
                    request.getHeaders().get(HttpHeader.USER_AGENT),
                    facts == null ? 0 : facts.tokenNumber(),
                    facts == null ? 0 : seconds(facts.waited()),
                    sent == null ? null : seconds(sent),
                    (System.nanoTime() - request.getBeginNanoTime()) / NANOS_PER_SECOND,
                    facts == null ? SpanContext.getInvalid() : facts.span());
        }

        private static double seconds(Duration duration) {
            return duration.toNanos() / NANOS_PER_SECOND;
        }

        private static @Nullable String withoutQuery(@Nullable String url) {
            return url == null ? null : url.replaceFirst("[?#].*", "");
        }

        String text() {
            return "%s - %s [%s] \"%s %s %s\" %d %d \"%s\" \"%s\" token=%s wait=%s upstream=%s total=%s"
                    .formatted(
                            client,
                            // A blank would be the field's end, and subjects have them.
                            printable(user).replace(" ", "\\x20"),
                            COMMON_TIME.format(began),
                            printable(method),
                            printable(path),
                            protocol,
                            status,
                            bytes,
                            printable(referer),
                            printable(userAgent),
                            token == 0 ? "-" : token,
                            millis(waited),
                            upstream == null ? "-" : millis(upstream),
                            millis(total));
        }

        private static String millis(double seconds) {
            return String.format(Locale.ROOT, "%.3f", seconds);
        }

        /** As web servers do it, so that nothing a client sends can look like another line or field. */
        private static String printable(@Nullable String text) {
            if (text == null) {
                return "-";
            }
            StringBuilder printable = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                    printable.append(String.format(Locale.ROOT, c < 256 ? "\\x%02X" : "\\u%04X", (int) c));
                } else {
                    printable.append(c);
                }
            }
            return printable.toString();
        }

        String json() {
            ObjectNode entry = JsonNodeFactory.instance.objectNode();
            entry.put("time", began.toString())
                    .put("client", client)
                    .put("user", user == null ? "-" : user)
                    .put("method", method)
                    .put("path", path)
                    .put("protocol", protocol)
                    .put("status", status)
                    .put("bytes", bytes)
                    .put("referer", referer)
                    .put("user_agent", userAgent)
                    .put("token", token == 0 ? null : (Integer) token)
                    .put("wait_seconds", waited)
                    .put("upstream_seconds", upstream)
                    .put("total_seconds", total);
            if (trace.isValid()) {
                entry.put("trace_id", trace.getTraceId()).put("span_id", trace.getSpanId());
            }
            return entry.toString();
        }
    }
}
