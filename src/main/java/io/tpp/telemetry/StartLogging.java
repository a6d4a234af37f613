package io.tpp.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What Logback does before TPP has read its configuration; else it would print everything at DEBUG. After Logback's
 * own search for a file, before its fallback. Found by Logback through {@code META-INF/services}.
 */
@ConfiguratorRank(ConfiguratorRank.FALLBACK + 1)
public final class StartLogging extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logging.configureForStart(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
