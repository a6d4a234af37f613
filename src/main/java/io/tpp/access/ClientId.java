package io.tpp.access;

import org.jspecify.annotations.Nullable;

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

    // Written out, because Java makes a record's own when they are first called, in the way of the first client.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientId id && kind == id.kind && name.equals(id.name);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + name.hashCode();
    }
}
