package io.tpp;

import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Keeps probes and scrapes out of the traces, of which they would be the most.
 *
 * <p>Makes each request part of a trace that is not recorded (W3C Trace Context, the flag {@code sampled}), which the
 * samplers that begin with {@code parentbased}, the default among them, go by. Stateless.
 */
final class UntracedRequests implements HttpConfiguration.Customizer {
    private static final HttpField NOT_SAMPLED =
            new HttpField("traceparent", "00-00000000000000000000000000000001-0000000000000001-00");

    /** Applies it to a connector. */
    static void addTo(Connector connector) {
        configurations(connector).forEach(configuration -> configuration.addCustomizer(new UntracedRequests()));
    }

    /** Undoes that. */
    static void removeFrom(Connector connector) {
        configurations(connector)
                .forEach(configuration -> configuration.getCustomizers().removeIf(UntracedRequests.class::isInstance));
    }

    private static Stream<HttpConfiguration> configurations(Connector connector) {
        return connector.getConnectionFactories().stream()
                .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                .map(factory -> ((HttpConfiguration.ConnectionFactory) factory).getHttpConfiguration())
                .distinct();
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        HttpFields headers =
                HttpFields.build(request.getHeaders()).put(NOT_SAMPLED).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return headers;
            }
        };
    }
}
