package io.tpp.net;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Any number of HTTP's methods. Immutable.
 *
 * @param names as they are written in requests, where case counts (RFC 9110 §9.1)
 */
public record Methods(Set<String> names) {
    private static final Pattern TOKEN = Pattern.compile("[A-Z][A-Z-]*");

    public Methods {
        names = Set.copyOf(names);
    }

    /** Makes them of texts that were {@linkplain #parse checked}. */
    public static Methods of(Collection<String> names) {
        return new Methods(Set.copyOf(names));
    }

    /**
     * Checks the name of a method.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static String parse(String text) {
        if (!TOKEN.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a method such as POST");
        }
        return text;
    }

    public boolean contain(String method) {
        return names.contains(method);
    }

    @Override
    public String toString() {
        return String.join(", ", new TreeSet<>(names));
    }
}
