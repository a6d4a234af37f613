package io.tpp.access;

/**
 * A client, by the best that is known of it.
 *
 * @param kind by what it is known
 * @param name fit to be logged; a key's name, a certificate's subject or an address, never a secret
 */
public record ClientId(Kind kind, String name) {
    /** By what a client is known. */
    public enum Kind {
        KEY,
        CERTIFICATE,
        ADDRESS
    }
}
