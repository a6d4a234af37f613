package io.tpp;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static io.tpp.testing.OtlpReceiver.attributes;
import static io.tpp.testing.OtlpReceiver.hex;
import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.tpp.testing.OtlpReceiver;
import io.tpp.testing.RawClient;
import io.tpp.testing.ScriptedUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With an endpoint in its configuration and nothing else, the jar exports traces and metrics over OTLP. */
@Timeout(240)
class JarTelemetryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "otlp-Pa55word";
    private static final String QUERY_SECRET = "query-s3cret";
    private static final String BODY_SECRET = "body-s3cret";
    private static final String CLIENTS_OWN = "clients-0wn";

    private OtlpReceiver receiver;
    private ScriptedUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        receiver = OtlpReceiver.start();
        upstream = ScriptedUpstream.start(ok("fine"));
    }

    @AfterEach
    void stop() throws Exception {
        upstream.close();
        receiver.close();
    }

    private Map<String, String> environment(String endpoint) {
        Map<String, String> environment = new HashMap<>(JarProcess.FREE_PORTS);
        environment.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        environment.put("TPP_UPSTREAM_PORT", String.valueOf(upstream.port()));
        environment.put("TPP_CREDENTIALS_0_USERNAME", "alice");
        environment.put("TPP_CREDENTIALS_0_PASSWORD", PASSWORD);
        environment.put("TPP_TELEMETRY_OTLP_ENDPOINT", endpoint);
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "100");
        environment.put("OTEL_METRIC_EXPORT_INTERVAL", "500");
        return environment;
    }

    @Test
    void tracesAndMetricsGoOutOverGrpc() throws Exception {
        try (JarProcess tpp = JarProcess.start(environment(receiver.address()))) {
            tpp.awaitLine(".* INFO .*Traces and metrics go to " + receiver.address() + " over OTLP, grpc.*");
            aRequestIsPartOfItsClientsTrace(tpp);
            aWaitBelongsToTheRequestThatWaited(tpp);
            aRequestSentAgainShowsSo(tpp);
            metricsComeToo(tpp);
            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isZero();
        }
        assertThat(receiver.violations()).isEmpty();
        assertThat(receiver.resources())
                .isNotEmpty()
                .allSatisfy(resource ->
                        assertThat(attributes(resource.getAttributesList())).containsEntry("service.name", "tpp"));
        assertThat(receiver.everything())
                .contains("/api/execute")
                .doesNotContain(ScriptedUpstream.TOKEN_PREFIX, PASSWORD, QUERY_SECRET, BODY_SECRET, CLIENTS_OWN)
                .doesNotContain("/readyz", "/metrics");
    }

    private static String request(String target, int trace, String... lines) {
        return "POST " + target + " HTTP/1.1\r\nHost: tpp\r\nAuthorization: Bearer " + CLIENTS_OWN
                + "\r\ntraceparent: 00-" + traceId(trace) + "-00f067aa0ba902b7-01\r\n"
                + String.join("", lines) + "Content-Length: " + BODY_SECRET.length() + "\r\n\r\n" + BODY_SECRET;
    }

    private static String traceId(int trace) {
        return "4bf92f3577b34da6a3ce929d0e0e" + String.format("%04x", trace);
    }

    private List<Span> spans(int trace, Span.SpanKind kind) {
        return receiver.spans().stream()
                .filter(span -> hex(span.getTraceId()).equals(traceId(trace)) && span.getKind() == kind)
                .toList();
    }

    /** Returns the request's span, once it and so many below it are there. */
    private Span server(int trace, int clients) {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(spans(trace, SPAN_KIND_SERVER)).hasSize(1);
            assertThat(spans(trace, SPAN_KIND_CLIENT)).hasSize(clients);
        });
        return spans(trace, SPAN_KIND_SERVER).get(0);
    }

    @Test
    void anEndpointForHttpGetsProtobufOverHttpAndStandardVariablesWin() throws Exception {
        Map<String, String> environment = environment("http://127.0.0.1:1/v1/traces");
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.address());
        environment.put("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        environment.put("OTEL_SERVICE_NAME", "another");
        environment.put("OTEL_INSTRUMENTATION_HTTP_CLIENT_CAPTURE_REQUEST_HEADERS", "authorization,content-length");
        try (JarProcess tpp = JarProcess.start(environment)) {
            try (RawClient client = tpp.connect()) {
                client.send(request("/api/execute", 1)).read();
            }
            server(1, 1);
            assertThat(spans(1, SPAN_KIND_CLIENT).get(0).getAttributesList())
                    .extracting(KeyValue::getKey)
                    .contains("http.request.header.content-length")
                    .doesNotContain("http.request.header.authorization");
            await().atMost(LIMIT)
                    .until(() -> !receiver.metrics("tpp_tokens_total").isEmpty());
        }
        assertThat(receiver.violations()).isEmpty();
        assertThat(receiver.everything()).doesNotContain(ScriptedUpstream.TOKEN_PREFIX);
        assertThat(receiver.resources())
                .isNotEmpty()
                .allSatisfy(resource ->
                        assertThat(attributes(resource.getAttributesList())).containsEntry("service.name", "another"));
    }

    @Test
    void aCollectorThatIsDownSlowsNothing() throws Exception {
        String nobody = receiver.address();
        receiver.close();
        try (JarProcess tpp = JarProcess.start(environment(nobody))) {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = tpp.connect()) {
                    assertThat(client.send(request("/api/execute", i)).read().status())
                            .isEqualTo(200);
                }
            }
            tpp.signal("TERM");
            assertThat(tpp.exitCode()).isZero();
            assertThat(tpp.everything().lines().filter(line -> line.contains("Failed to export")))
                    .hasSizeLessThan(8);
        }
    }

    private void aRequestIsPartOfItsClientsTrace(JarProcess tpp) throws Exception {
        tpp.health("/readyz");
        try (RawClient client = tpp.connect()) {
            client.send(request("/api/execute?key=" + QUERY_SECRET, 1)).read();
        }
        Span server = server(1, 1);
        Span client = spans(1, SPAN_KIND_CLIENT).get(0);
        assertThat(hex(server.getParentSpanId())).isEqualTo("00f067aa0ba902b7");
        assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
        assertThat(upstream.takeHead())
                .containsIgnoringCase("\r\ntraceparent: 00-" + traceId(1) + "-" + hex(client.getSpanId()) + "-01\r\n");
        assertThat(server.getName()).isEqualTo("POST");
        assertThat(attributes(server.getAttributesList()))
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.path", "/api/execute")
                .containsEntry("url.query", "REDACTED")
                .containsEntry("url.scheme", "http")
                .containsEntry("tpp.token.number", "1");
        assertThat(attributes(client.getAttributesList()))
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("server.port", String.valueOf(upstream.port()))
                .containsEntry("url.full", "http://127.0.0.1:" + upstream.port() + "/api/execute?REDACTED")
                .doesNotContainKey("http.request.resend_count");
    }

    /** Whose token is handed on by the thread that ends another one's connection. */
    private void aWaitBelongsToTheRequestThatWaited(JarProcess tpp) throws Exception {
        try (RawClient waiter = tpp.connect()) {
            try (RawClient holder = tpp.connect()) {
                holder.send(request("/api/execute", 2)).read();
                waiter.send(request("/api/execute", 3));
                await().atMost(LIMIT).until(() -> tpp.health("/health").body().contains("\"waiting\":1"));
                // The thread that releases the token is just busy with a request of its own.
                holder.send(request("/api/execute", 4, "Connection: close\r\n")).read();
            }
            assertThat(waiter.read().status()).isEqualTo(200);
        }
        for (int trace : List.of(2, 3, 4)) {
            Span server = server(trace, 1);
            assertThat(spans(trace, SPAN_KIND_CLIENT).get(0).getParentSpanId()).isEqualTo(server.getSpanId());
        }
        await().atMost(LIMIT).until(() -> spans(3, SPAN_KIND_INTERNAL).size() == 1);
        Span wait = spans(3, SPAN_KIND_INTERNAL).get(0);
        assertThat(wait.getName()).isEqualTo("wait for token");
        assertThat(wait.getParentSpanId()).isEqualTo(server(3, 1).getSpanId());
        assertThat(attributes(wait.getAttributesList())).containsEntry("tpp.wait.outcome", "granted");
        assertThat(wait.getEndTimeUnixNano()).isGreaterThan(wait.getStartTimeUnixNano());
        assertThat(spans(2, SPAN_KIND_INTERNAL)).isEmpty();
    }

    private void aRequestSentAgainShowsSo(JarProcess tpp) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        upstream.script(connection -> {
            connection.readBody();
            connection.write(
                    calls.getAndIncrement() == 0
                            ? "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        try (RawClient client = tpp.connect()) {
            assertThat(client.send(request("/api/execute", 5)).read().status()).isEqualTo(200);
        }
        Span server = server(5, 2);
        List<Span> clients = new ArrayList<>(spans(5, SPAN_KIND_CLIENT));
        assertThat(clients).extracting(Span::getParentSpanId).containsOnly(server.getSpanId());
        clients.sort((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()));
        assertThat(attributes(clients.get(0).getAttributesList()))
                .containsEntry("http.response.status_code", "401")
                .doesNotContainKey("http.request.resend_count");
        assertThat(attributes(clients.get(1).getAttributesList()))
                .containsEntry("http.response.status_code", "200")
                .containsEntry("http.request.resend_count", "1");
        assertThat(attributes(server.getAttributesList())).containsEntry("http.response.status_code", "200");
        upstream.script(ok("fine"));
    }

    private void metricsComeToo(JarProcess tpp) throws Exception {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(last("tpp_tokens_total").getGauge().getDataPoints(0).getAsDouble())
                    .isEqualTo(1);
            assertThat(last("tpp_requests_total").getSum().getDataPoints(0).getAsInt())
                    .isEqualTo(5);
        });
        assertThat(last("tpp_requests_total").getSum().getIsMonotonic()).isTrue();
        assertThat(last("tpp_requests_replayed_total").getSum().getDataPointsList())
                .anySatisfy(point -> {
                    assertThat(attributes(point.getAttributesList())).containsEntry("reason", "unauthorized");
                    assertThat(point.getAsInt()).isEqualTo(1);
                });
        assertThat(last("tpp_acquisition_wait_seconds").getUnit()).isEqualTo("s");
        assertThat(last("tpp_acquisition_wait_seconds")
                        .getHistogram()
                        .getDataPoints(0)
                        .getExplicitBoundsList())
                .startsWith(0.001, 0.0025)
                .endsWith(60.0, 300.0);
        // By code; a client that leaves with the last byte may count as one that left before.
        assertThat(last("tpp_request_seconds").getHistogram().getDataPointsList().stream()
                        .mapToLong(HistogramDataPoint::getCount)
                        .sum())
                .isEqualTo(5);
        assertThat(tpp.health("/metrics").body()).contains("tpp_requests_total 5.0");
        assertThat(receiver.metrics("jvm.memory.used")).isNotEmpty();
        assertThat(receiver.metrics("http.server.request.duration")).isNotEmpty();
    }

    private Metric last(String name) {
        List<Metric> all = receiver.metrics(name);
        assertThat(all).as(name).isNotEmpty();
        return all.get(all.size() - 1);
    }
}
