package io.tpp.config;

import io.tpp.net.CidrBlocks;
import io.tpp.net.PathPatterns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The understood value of each key, defaults included.
 *
 * <p>A key that was given wrongly is a problem and stands at its default, so that the rest can still
 * be checked. One thread.
 */
final class Values {
    private final Map<Key, Setting> given;
    private final Problems problems;
    private final Map<Key, Object> values = new EnumMap<>(Key.class);
    private final Set<Key> broken = EnumSet.noneOf(Key.class);

    Values(Map<Key, Setting> given, Problems problems) {
        this.given = given;
        this.problems = problems;
        for (Key key : Key.values()) {
            if (!key.ofCredential()) { // those are understood with the other forms of credentials
                understand(key);
            }
        }
    }

    private void understand(Key key) {
        Setting setting = given.get(key);
        Object value = setting == null ? null : parse(key, key.path(), setting, problems);
        if (setting != null && value == null) {
            broken.add(key);
        }
        Object result = value == null ? defaultOf(key) : value;
        if (result != null) {
            values.put(key, result);
        }
    }

    /** Returns what the text means for the key; null if it means nothing, which then is a problem. */
    static @Nullable Object parse(Key key, String name, Setting setting, Problems problems) {
        if (setting.broken()) {
            return null;
        }
        String text = setting.text().reveal();
        try {
            return key.type().parse(text);
        } catch (InvalidValue e) {
            problems.add(setting.source(), name + " " + e.describe(text) + hint(setting, text));
            return null;
        }
    }

    private static String hint(Setting setting, String text) {
        boolean kubernetes = setting.source().startsWith("TPP_") && text.startsWith("tcp://");
        return kubernetes ? "; Kubernetes sets this for a Service of that name: use enableServiceLinks: false" : "";
    }

    private static @Nullable Object defaultOf(Key key) {
        String text = key.defaultValue().text();
        try {
            return text == null ? null : key.type().parse(text);
        } catch (InvalidValue e) {
            throw new IllegalStateException("the default of " + key.path() + " is wrong", e);
        }
    }

    /** Gives a key its default where that depends on others. */
    void setDefault(Key key, Object value) {
        values.putIfAbsent(key, value);
    }

    /** Adds a problem with the value of a key, unless that value is one already. */
    void problem(Key key, String message) {
        if (!broken.contains(key)) {
            problems.add(source(key), key.path() + " " + message);
        }
    }

    boolean isGiven(Key key) {
        return given.containsKey(key);
    }

    /** Returns whether none of these was given wrongly, so that they can be compared. */
    boolean sound(Key... keys) {
        for (Key key : keys) {
            if (broken.contains(key)) {
                return false;
            }
        }
        return true;
    }

    String source(Key key) {
        Setting setting = given.get(key);
        return setting == null ? "default" : setting.source();
    }

    EffectiveValue effective(Key key) {
        Object value = values.get(key);
        String shown = value == null ? key.defaultValue().shown() : ValueType.show(value);
        return new EffectiveValue(key.path(), shown, source(key));
    }

    int number(Key key) {
        return get(key, Integer.class);
    }

    long size(Key key) {
        return get(key, Long.class);
    }

    boolean flag(Key key) {
        return get(key, Boolean.class);
    }

    Duration duration(Key key) {
        return get(key, Duration.class);
    }

    HostPort hostPort(Key key) {
        return get(key, HostPort.class);
    }

    @Nullable
    HostPort optionalHostPort(Key key) {
        return find(key, HostPort.class);
    }

    String text(Key key) {
        return get(key, String.class);
    }

    @Nullable
    String optionalText(Key key) {
        return find(key, String.class);
    }

    @Nullable
    Path optionalFile(Key key) {
        return find(key, Path.class);
    }

    <E extends Enum<E>> E choice(Key key, Class<E> type) {
        return get(key, type);
    }

    HostNames hostNames(Key key) {
        return get(key, HostNames.class);
    }

    RequestLogTarget requestLog() {
        return get(Key.REQUEST_LOG, RequestLogTarget.class);
    }

    StatusCodes statuses(Key key) {
        return get(key, StatusCodes.class);
    }

    CidrBlocks cidrs(Key key) {
        return get(key, CidrBlocks.class);
    }

    PathPatterns paths(Key key) {
        return get(key, PathPatterns.class);
    }

    RegularExpression pattern(Key key) {
        return get(key, RegularExpression.class);
    }

    /** Returns the value of a key that may have none. */
    <T> @Nullable T optional(Key key, Class<T> type) {
        return find(key, type);
    }

    private <T> T get(Key key, Class<T> type) {
        return Objects.requireNonNull(find(key, type), key.path());
    }

    private <T> @Nullable T find(Key key, Class<T> type) {
        return type.cast(values.get(key));
    }
}
