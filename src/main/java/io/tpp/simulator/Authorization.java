package io.tpp.simulator;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a request's {@code Authorization} header holds. Not a record, so that it prints no token.
 * Immutable.
 */
final class Authorization {
    /** Whether there is a token. */
    enum Kind {
        NONE,
        MALFORMED,
        BEARER
    }

    private static final String SCHEME = "Bearer ";
    /** RFC 9110 §11.2. */
    private static final Pattern TOKEN68 = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final Kind kind;
    private final String value;

    private Authorization(Kind kind, String value) {
        this.kind = kind;
        this.value = value;
    }

    static Authorization of(HttpFields headers) {
        List<String> values = headers.all("Authorization");
        if (values.isEmpty()) {
            return new Authorization(Kind.NONE, "");
        }
        if (values.size() > 1 || !values.get(0).startsWith(SCHEME)) {
            return new Authorization(Kind.MALFORMED, "");
        }
        String token = values.get(0).substring(SCHEME.length());
        boolean sound = TOKEN68.matcher(token).matches();
        return new Authorization(sound ? Kind.BEARER : Kind.MALFORMED, sound ? token : "");
    }

    Kind kind() {
        return kind;
    }

    /** Returns the token's value; empty unless there is one. */
    String value() {
        return value;
    }
}
