package io.tpp.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Lets each of the OpenTelemetry agent's loggers through once in ten minutes: while the collector is down, each failed
 * export would give a line, and a stack trace with it.
 *
 * <p>Thread-safe.
 */
final class AgentLines extends Filter<ILoggingEvent> {
    /** What the names of the agent's loggers begin with. */
    static final String LOGGERS = "io.opentelemetry";

    private static final long PAUSE = Duration.ofMinutes(10).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, Long> lastLine = new ConcurrentHashMap<>();

    AgentLines(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        String logger = event.getLoggerName();
        if (!logger.startsWith(LOGGERS)) {
            return FilterReply.NEUTRAL;
        }
        long now = nanoTime.getAsLong();
        long last = lastLine.compute(logger, (name, time) -> time == null || now - time >= PAUSE ? now : time);
        // Two lines of one logger within a nanosecond do no harm.
        return last == now ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
