package io.tpp.config;

import io.tpp.secret.Secret;
import java.time.Duration;
import java.util.Locale;

/**
 * How the text of a value is understood, checked and shown.
 *
 * @param type what the text becomes
 * @param parser understands and checks a text that is not empty
 * @param form which texts mean something special
 */
record ValueType<T>(Class<T> type, Parser<T> parser, Form form) {
    /** Understands a text. */
    interface Parser<T> {
        T parse(String text) throws InvalidValue;
    }

    /** Which texts mean something special. */
    enum Form {
        /** {@code null} in YAML is no value; an empty variable is an error. */
        STRICT,
        /** {@code null} in YAML is no value, and an empty variable counts as unset. */
        OPTIONAL_TEXT,
        /** As {@link #STRICT}; but of several values separated by commas, which in YAML may be a list. */
        LIST,
        /** The same of values that may have commas, so they are separated by semicolons. */
        LIST_OF_NAMES,
        /** Even {@code null} in YAML is a text like any other: names and passwords. */
        LITERAL
    }

    T parse(String text) throws InvalidValue {
        if (text.isEmpty()) {
            throw InvalidValue.unshown("must not be empty");
        }
        return parser.parse(text);
    }

    boolean emptyVariableIsUnset() {
        return form == Form.OPTIONAL_TEXT;
    }

    boolean list() {
        return form == Form.LIST || form == Form.LIST_OF_NAMES;
    }

    /** Returns what stands between the values of a list. */
    String separator() {
        return form == Form.LIST_OF_NAMES ? "; " : ", ";
    }

    boolean literal() {
        return form == Form.LITERAL;
    }

    boolean secret() {
        return type == Secret.class;
    }

    /** Returns a value as a user would write it in YAML; a {@link Secret} prints as {@code ****} by itself. */
    static String show(Object value) {
        if (value instanceof Duration duration) {
            return Seconds.show(duration);
        }
        return value instanceof Enum<?> choice ? choice.name().toLowerCase(Locale.ROOT) : value.toString();
    }
}
