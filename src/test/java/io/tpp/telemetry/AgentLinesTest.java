package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often the OpenTelemetry agent may say that its collector is down. */
class AgentLinesTest {
    private long now = -1;
    private final AgentLines lines = new AgentLines(() -> now);

    private FilterReply decide(String logger) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        return lines.decide(event);
    }

    @Test
    void eachOfItsLoggersPassesOnceInTenMinutes() {
        assertThat(decide("io.opentelemetry.A")).isEqualTo(FilterReply.NEUTRAL);
        now += Duration.ofMinutes(10).toNanos() - 1;
        assertThat(decide("io.opentelemetry.A")).isEqualTo(FilterReply.DENY);
        assertThat(decide("io.opentelemetry.B")).isEqualTo(FilterReply.NEUTRAL);
        now += 1;
        assertThat(decide("io.opentelemetry.A")).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void othersAlwaysPass() {
        assertThat(decide("io.tpp.X")).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.tpp.X")).isEqualTo(FilterReply.NEUTRAL);
    }
}
