package io.tpp.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which log lines are printed: the part of Rust's {@code env_filter} syntax that the predecessor's
 * users know, such as {@code info}, {@code tpp=debug} or {@code warn,tpp::pool=trace}. Immutable.
 *
 * @param general the level of all loggers that {@code loggers} does not name; {@code info} if the
 *     filter gives none
 * @param loggers levels by the full name of a logger, which includes those below it
 */
public record LogFilter(Level general, Map<String, Level> loggers) {
    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9_$-]+((\\.|::)[A-Za-z0-9_$-]+)*");

    /** How much is printed, from nothing to everything. */
    public enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    public LogFilter {
        loggers = Map.copyOf(loggers);
    }

    /**
     * Understands a filter: levels or {@code target=level}, separated by commas.
     *
     * @throws IllegalArgumentException whose message says what is wrong with which part
     */
    public static LogFilter parse(String filter) {
        Level general = null;
        Map<String, Level> loggers = new LinkedHashMap<>();
        for (String part : filter.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                put(loggers, logger(part.substring(0, equals).strip()), level(part.substring(equals + 1)));
                continue;
            }
            Level level = level(part);
            if (general != null) {
                throw new IllegalArgumentException("it gives two general levels");
            }
            general = level;
        }
        return new LogFilter(general == null ? Level.INFO : general, loggers);
    }

    /** Returns whether a logger is named, or one above it. */
    public boolean names(String logger) {
        for (String name = logger; name != null; name = parent(name)) {
            if (loggers.containsKey(name)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the level of a logger: its own, or that of the nearest one above it that is named. */
    public Level levelOf(String logger) {
        for (String name = logger; name != null; name = parent(name)) {
            Level level = loggers.get(name);
            if (level != null) {
                return level;
            }
        }
        return general;
    }

    private static @Nullable String parent(String logger) {
        int dot = logger.lastIndexOf('.');
        return dot < 0 ? null : logger.substring(0, dot);
    }

    private static void put(Map<String, Level> loggers, String logger, Level level) {
        if (loggers.put(logger, level) != null) {
            throw new IllegalArgumentException("it names " + logger + " twice");
        }
    }

    /** The predecessor's crate is {@code tpp}, so {@code tpp} and what is below it mean {@code io.tpp}. */
    private static String logger(String target) {
        if (!TARGET.matcher(target).matches()) {
            throw new IllegalArgumentException(Shown.value(target) + " is not a target");
        }
        String name = target.replace("::", ".");
        return name.equals("tpp") || name.startsWith("tpp.") ? "io." + name : name;
    }

    private static Level level(String text) {
        for (Level level : Level.values()) {
            if (level.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new IllegalArgumentException(
                Shown.value(text.strip()) + " is not one of off, error, warn, info, debug, trace");
    }
}
