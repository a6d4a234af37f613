package io.tpp.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes the request log's lines on a thread of its own, so that no request waits for a disk or a terminal; those that
 * would have to are dropped. A file is appended to, and may be cut to nothing while it is written.
 */
final class RequestLogAppender {
    /** How many lines may wait to be written. */
    private static final int QUEUE = 16 * 1024;

    private RequestLogAppender() {}

    /** Returns it started; {@code file} null: to standard output. */
    static Appender<ILoggingEvent> create(LoggerContext context, @Nullable Path file) {
        AsyncAppender appender = new AsyncAppender();
        appender.setContext(context);
        appender.setName("requests");
        appender.setQueueSize(QUEUE);
        appender.setDiscardingThreshold(0);
        appender.setNeverBlock(true);
        appender.addAppender(writer(context, file));
        appender.start();
        return appender;
    }

    private static Appender<ILoggingEvent> writer(LoggerContext context, @Nullable Path file) {
        OutputStreamAppender<ILoggingEvent> writer = file == null ? new ConsoleAppender<>() : appendTo(file);
        writer.setContext(context);
        writer.setName("requests-out");
        writer.setEncoder(new MaskingEncoder(lines(context)));
        writer.start();
        return writer;
    }

    private static FileAppender<ILoggingEvent> appendTo(Path file) {
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.toString());
        return appender;
    }

    private static PatternLayoutEncoder lines(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%msg%n");
        encoder.start();
        return encoder;
    }
}
