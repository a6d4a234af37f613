package io.tpp.access;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which certificates let their holders in, beyond that they come from the right authority. Immutable. */
public final class ClientSubjects {
    private static final String SEPARATOR = ";";

    private final String text;
    private final List<SubjectPattern> patterns;

    private ClientSubjects(String text, List<SubjectPattern> patterns) {
        this.text = text;
        this.patterns = List.copyOf(patterns);
    }

    /**
     * Understands patterns separated by {@code ;}, because names have commas.
     *
     * @throws IllegalArgumentException saying which one is none, as in {@code 'x' is not a subject}
     */
    public static ClientSubjects parse(String text) {
        List<SubjectPattern> patterns = new ArrayList<>();
        for (String item : text.split(SEPARATOR, -1)) {
            try {
                patterns.add(SubjectPattern.parse(item.strip()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + item.strip() + "' " + e.getMessage(), e);
            }
        }
        return new ClientSubjects(text, patterns);
    }

    /** Returns whether a certificate's holder may come in. */
    public boolean admit(X509Certificate certificate) {
        return patterns.stream().anyMatch(pattern -> pattern.means(certificate));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientSubjects subjects && text.equals(subjects.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
