package io.tpp.config;

/**
 * A text that is not a value of its key.
 *
 * <p>The message says what the value must be, as in {@code must be a whole number}; it never holds
 * the text itself.
 */
final class InvalidValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean shown;

    private InvalidValue(String requirement, boolean shown) {
        super(requirement);
        this.shown = shown;
    }

    /** Makes one whose text may be shown to the user. */
    static InvalidValue of(String requirement) {
        return new InvalidValue(requirement, true);
    }

    /** Makes one whose text must not be shown, or would say nothing. */
    static InvalidValue unshown(String requirement) {
        return new InvalidValue(requirement, false);
    }

    /** Returns the requirement and, where allowed, what the text was. */
    String describe(String text) {
        return shown ? getMessage() + ", was " + Shown.value(text) : String.valueOf(getMessage());
    }
}
