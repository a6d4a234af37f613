package io.tpp.tls;

/**
 * A file is not what it should be.
 *
 * <p>The message continues a sentence that begins with the file, as in {@code does not exist}; it never holds any of the
 * content. It has no cause, which might quote it.
 */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(String why) {
        super(why);
    }

    /** Returns the message. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
