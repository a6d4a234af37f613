package io.tpp.admin;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Predicate;
import io.prometheus.client.exporter.common.TextFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Answers scrapes of Prometheus: OpenMetrics 1.0 if the client accepts it, else the text format
 * 0.0.4.
 *
 * <p>{@code ?name[]=tpp_tokens_total} gives only that metric, of a histogram all its parts; may be
 * repeated.
 */
public final class MetricsServlet extends ReadOnlyServlet {
    private static final Pattern HISTOGRAM_PART = Pattern.compile("_(bucket|count|sum)$");

    private final CollectorRegistry metrics;

    public MetricsServlet(CollectorRegistry metrics) {
        this.metrics = metrics;
    }

    @Override
    Answer answer(HttpServletRequest request) {
        String accepted = String.join(",", Collections.list(request.getHeaders("Accept")));
        String contentType = TextFormat.chooseContentType(accepted);
        Set<String> names = Query.of(request.getQueryString()).values("name[]");
        return new Answer(200, contentType, text(contentType, sample -> isAskedFor(sample, names)));
    }

    private static boolean isAskedFor(String sample, Set<String> names) {
        return names.isEmpty()
                || names.contains(sample)
                || names.contains(HISTOGRAM_PART.matcher(sample).replaceFirst(""));
    }

    private String text(String contentType, Predicate<String> samples) {
        StringWriter text = new StringWriter();
        try {
            TextFormat.writeFormat(contentType, text, metrics.filteredMetricFamilySamples(samples));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
