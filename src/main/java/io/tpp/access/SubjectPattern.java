package io.tpp.access;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates are meant: by their subject, as {@code CN=etl-*,O=Example} (RFC 2253, the most special part first),
 * or by a subject alternative name, as {@code DNS:*.example.com}, {@code URI:spiffe://example/*} or {@code EMAIL:a@b}. A
 * {@code *} stands for any characters within one part. Immutable.
 *
 * <p>Of a subject all parts must be meant, part by part: a comma within a name is no border between two.
 */
final class SubjectPattern {
    /** The numbers of RFC 5280 §4.2.1.6 for the kinds of alternative names. */
    private static final Map<String, Integer> ALTERNATIVES = Map.of("EMAIL", 1, "DNS", 2, "URI", 6);

    private static final int DNS = 2;

    /** A part of a name. */
    private record Part(String type, Pattern value) {
        static Part of(Rdn rdn) {
            if (rdn.size() != 1 || !(rdn.getValue() instanceof String value)) {
                throw new IllegalArgumentException("has a part that is not one name and its text");
            }
            return new Part(rdn.getType(), pattern(value, 0));
        }

        boolean means(Rdn rdn) {
            return rdn.size() == 1
                    && rdn.getType().equalsIgnoreCase(type)
                    && rdn.getValue() instanceof String text
                    && value.matcher(text).matches();
        }
    }

    private final List<Part> subject;
    private final int alternative;
    private final Pattern alternativeName;

    private SubjectPattern(List<Part> subject, int alternative, Pattern alternativeName) {
        this.subject = subject;
        this.alternative = alternative;
        this.alternativeName = alternativeName;
    }

    /**
     * Understands a pattern.
     *
     * @throws IllegalArgumentException saying what the text "is" or "has" instead
     */
    static SubjectPattern parse(String text) {
        int colon = text.indexOf(':');
        Integer kind = colon < 0 ? null : ALTERNATIVES.get(text.substring(0, colon));
        if (kind != null && colon < text.length() - 1) {
            int flags = kind == DNS ? Pattern.CASE_INSENSITIVE : 0;
            return new SubjectPattern(List.of(), kind, pattern(text.substring(colon + 1), flags));
        }
        try {
            List<Part> parts =
                    new LdapName(text).getRdns().stream().map(Part::of).toList();
            if (kind == null && !parts.isEmpty()) {
                return new SubjectPattern(parts, 0, pattern("", 0));
            }
        } catch (InvalidNameException e) {
            // Said below, in the words of all other texts that are none.
        }
        throw new IllegalArgumentException(
                "is not a subject such as CN=etl,O=Example or a name such as DNS:*.example.com");
    }

    private static Pattern pattern(String text, int flags) {
        String regex = Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(regex, flags | Pattern.DOTALL);
    }

    boolean means(X509Certificate certificate) {
        return subject.isEmpty() ? meansAlternative(certificate) : meansSubject(CertificateName.parts(certificate));
    }

    private boolean meansSubject(List<Rdn> parts) {
        if (parts.size() != subject.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!subject.get(i).means(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean meansAlternative(X509Certificate certificate) {
        return alternatives(certificate).stream()
                .anyMatch(name -> Integer.valueOf(alternative).equals(name.get(0))
                        && name.get(1) instanceof String text
                        && alternativeName.matcher(text).matches());
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
