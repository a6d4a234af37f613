package io.tpp.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.tpp.config.LogFilter;
import io.tpp.config.RequestLogTarget;
import io.tpp.config.TppConfig.LogFormat;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up: one line an event, to standard output, with secrets masked whoever logs them.
 *
 * <p>Jetty prints its own objects at INFO, of which TPP's lines say what matters, and headers and bytes at DEBUG; the
 * OpenTelemetry agent tells of all it changes. So both stay at WARN unless the filter names them. What Jetty warns of at
 * each request that is malformed, or whose client does not take its answer, is for whoever names that: else any client
 * could fill the log. Only for the runnable jar; in a servlet container logging is the container's.
 */
public final class Logging {
    private static final String APPENDER = "stdout";
    private static final List<String> TALKATIVE = List.of("org.eclipse.jetty", AgentLines.LOGGERS);

    /** Each warns as often as clients want, in words of theirs. */
    private static final List<String> FILLED_BY_CLIENTS = List.of(
            "org.eclipse.jetty.http.HttpParser",
            "org.eclipse.jetty.util.HostPort",
            "org.eclipse.jetty.ee10.servlet.ServletChannelState");

    // A line break in a message, which may come from outside, must not look like a line of ours.
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0} %replace(%msg){'[\\r\\n]+', ' '}%n";

    /** The request log's logger; what it logs are whole lines. */
    private static final String REQUESTS = "io.tpp.requests";

    private Logging() {}

    /**
     * Sets levels and format; may be called again, and then replaces what was set before.
     *
     * @throws IllegalArgumentException if the filter is none; see {@link LogFilter#parse}
     */
    public static void configure(String logFilter, LogFormat format, RequestLogTarget requestLog) {
        LogFilter filter = LogFilter.parse(logFilter);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        setLevels(context, filter);
        // Last: a reset leaves the root logger at DEBUG, and nothing may be printed at that level.
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender(context, format));
        logRequests(context, requestLog);
    }

    /** Returns what takes the request log's lines; it drops them rather than block. */
    public static Consumer<String> requestLines() {
        return LoggerFactory.getLogger(REQUESTS)::info;
    }

    /** Where they go is the same whatever the log filter says. */
    private static void logRequests(LoggerContext context, RequestLogTarget target) {
        ch.qos.logback.classic.Logger requests = context.getLogger(REQUESTS);
        requests.setAdditive(false);
        requests.setLevel(target.enabled() ? Level.INFO : Level.OFF);
        if (target.enabled()) {
            requests.addAppender(RequestLogAppender.create(context, target.file()));
        }
    }

    /** Sets up what holds until the configuration is read: warnings only. */
    static void configureForStart(LoggerContext context) {
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender(context, LogFormat.TEXT));
    }

    /**
     * Sets other levels, and another format, while TPP runs: no line is lost.
     *
     * @throws IllegalArgumentException if the filter is none; see {@link LogFilter#parse}
     */
    public static void change(String logFilter, LogFormat format) {
        LogFilter filter = LogFilter.parse(logFilter);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        setLevels(context, filter);
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> before && !writes(before, format)) {
            root.addAppender(appender(context, format));
            root.detachAppender(before);
            before.stop();
        }
    }

    private static boolean writes(ConsoleAppender<ILoggingEvent> appender, LogFormat format) {
        return appender.getEncoder() instanceof MaskingEncoder encoder
                && encoder.writesJson() == (format == LogFormat.JSON);
    }

    /** The talkative ones first and last: between two levels, too, they must not print all they have. */
    private static void setLevels(LoggerContext context, LogFilter filter) {
        TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level(filter.general()));
        context.getLoggerList().stream()
                .filter(logger -> !logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME))
                .filter(logger -> !TALKATIVE.contains(logger.getName()))
                .filter(logger -> !filter.loggers().containsKey(logger.getName()))
                .forEach(logger -> logger.setLevel(null));
        for (String name : TALKATIVE) {
            if (filter.levelOf(name).compareTo(LogFilter.Level.WARN) <= 0) {
                context.getLogger(name).setLevel(null);
            }
        }
        FILLED_BY_CLIENTS.stream()
                .filter(name -> !filter.names(name) && filter.general() != LogFilter.Level.OFF)
                .forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
        filter.loggers().forEach((name, level) -> context.getLogger(name).setLevel(level(level)));
    }

    private static Level level(LogFilter.Level level) {
        return Level.valueOf(level.name());
    }

    private static ConsoleAppender<ILoggingEvent> appender(LoggerContext context, LogFormat format) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName(APPENDER);
        appender.addFilter(new AgentLines(System::nanoTime));
        appender.setEncoder(new MaskingEncoder(format == LogFormat.JSON ? jsonEncoder(context) : textEncoder(context)));
        appender.start();
        return appender;
    }

    private static Encoder<ILoggingEvent> textEncoder(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> jsonEncoder(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        // The formatted message says it all; a template and its arguments would say it twice.
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }
}
