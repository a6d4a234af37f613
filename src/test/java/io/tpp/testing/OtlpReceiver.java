package io.tpp.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Takes traces and metrics over OTLP, as gRPC and as protobuf over HTTP, and is strict: whatever the protocol's
 * description does not allow is kept as a violation.
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final String GRPC_TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static final String GRPC_METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    private final Server server = new Server();
    private final ServerConnector connector;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<Metric> metrics = new CopyOnWriteArrayList<>();
    private final List<Resource> resources = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    private OtlpReceiver() {
        HttpConfiguration http = new HttpConfiguration();
        connector =
                new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Exports());
    }

    public static OtlpReceiver start() throws Exception {
        OtlpReceiver receiver = new OtlpReceiver();
        receiver.server.start();
        return receiver;
    }

    /** Returns where to send to, without a path. */
    public String address() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    /** Returns the spans that have come. */
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Returns the metrics of that name, in the order in which they came. */
    public List<Metric> metrics(String name) {
        return metrics.stream().filter(metric -> metric.getName().equals(name)).toList();
    }

    public List<Resource> resources() {
        return List.copyOf(resources);
    }

    /** Returns what was against the protocol. */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    /** Returns everything that has come, as text. */
    public String everything() {
        return String.join("\n", texts);
    }

    /** Returns attributes as texts. */
    public static Map<String, String> attributes(List<KeyValue> attributes) {
        Map<String, String> texts = new HashMap<>();
        for (KeyValue attribute : attributes) {
            var value = attribute.getValue();
            texts.put(
                    attribute.getKey(),
                    value.hasIntValue() ? String.valueOf(value.getIntValue()) : value.getStringValue());
        }
        return texts;
    }

    /** Returns an id as it stands in {@code traceparent}. */
    public static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IllegalStateException("the receiver did not stop", failure);
        }
    }

    /** The one handler; reads blocking. */
    private final class Exports extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            byte[] body = Content.Source.asInputStream(request).readAllBytes();
            String path = request.getHttpURI().getPath();
            try {
                switch (path) {
                    case GRPC_TRACES -> takeTraces(ExportTraceServiceRequest.parseFrom(unframed(request, body)));
                    case GRPC_METRICS -> takeMetrics(ExportMetricsServiceRequest.parseFrom(unframed(request, body)));
                    case "/v1/traces" -> takeTraces(ExportTraceServiceRequest.parseFrom(decoded(request, body)));
                    case "/v1/metrics" -> takeMetrics(ExportMetricsServiceRequest.parseFrom(decoded(request, body)));
                    default -> violations.add("path " + path);
                }
            } catch (InvalidProtocolBufferException malformed) {
                violations.add(path + ": " + malformed);
            }
            answer(path.endsWith("/Export"), response, callback);
            return true;
        }

        private void answer(boolean grpc, Response response, Callback callback) {
            response.setStatus(200);
            if (grpc) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/grpc");
                response.setTrailersSupplier(() -> HttpFields.build().put("grpc-status", "0"));
                // An empty message: not compressed, no bytes.
                response.write(true, ByteBuffer.allocate(5), callback);
            } else {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/x-protobuf");
                response.write(true, ByteBuffer.allocate(0), callback);
            }
        }

        private byte[] unframed(Request request, byte[] body) throws IOException {
            require("application/grpc".equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE)), "gRPC's type");
            require("trailers".equals(request.getHeaders().get("te")), "TE: trailers");
            require(body.length >= 5 && ByteBuffer.wrap(body, 1, 4).getInt() == body.length - 5, "one gRPC message");
            byte[] message = Arrays.copyOfRange(body, 5, body.length);
            return body[0] == 0 ? message : gunzip(message);
        }

        private byte[] decoded(Request request, byte[] body) throws IOException {
            require(
                    "application/x-protobuf".equals(request.getHeaders().get(HttpHeader.CONTENT_TYPE)),
                    "protobuf's type");
            return "gzip".equals(request.getHeaders().get(HttpHeader.CONTENT_ENCODING)) ? gunzip(body) : body;
        }
    }

    private static byte[] gunzip(byte[] packed) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            violations.add("not " + what);
        }
    }

    private void takeTraces(ExportTraceServiceRequest request) {
        take(request);
        request.getResourceSpansList().forEach(resource -> {
            resources.add(resource.getResource());
            resource.getScopeSpansList().forEach(scope -> {
                require(!scope.getScope().getName().isEmpty(), "a scope with a name");
                scope.getSpansList().forEach(this::take);
            });
        });
    }

    private void take(Span span) {
        require(span.getTraceId().size() == 16 && !isZero(span.getTraceId()), "a trace id: " + span);
        require(span.getSpanId().size() == 8 && !isZero(span.getSpanId()), "a span id: " + span);
        require(span.getParentSpanId().isEmpty() || span.getParentSpanId().size() == 8, "a parent's id: " + span);
        require(!span.getName().isEmpty(), "a name: " + span);
        require(span.getKind() != Span.SpanKind.SPAN_KIND_UNSPECIFIED, "a kind: " + span);
        require(span.getStartTimeUnixNano() > 0 && span.getEndTimeUnixNano() >= span.getStartTimeUnixNano(), "times");
        require(attributes(span.getAttributesList()).size() == span.getAttributesCount(), "attributes once: " + span);
        spans.add(span);
    }

    private void takeMetrics(ExportMetricsServiceRequest request) {
        take(request);
        request.getResourceMetricsList().forEach(resource -> {
            resources.add(resource.getResource());
            resource.getScopeMetricsList()
                    .forEach(scope -> scope.getMetricsList().forEach(metric -> {
                        require(metric.getDataCase() != Metric.DataCase.DATA_NOT_SET, "data: " + metric);
                        metrics.add(metric);
                    }));
        });
    }

    private void take(Message request) {
        require(request.getUnknownFields().equals(UnknownFieldSet.getDefaultInstance()), "known fields only");
        texts.add(request.toString());
    }

    private static boolean isZero(ByteString id) {
        return hex(id).matches("0*");
    }
}
