package io.tpp.access;

import io.tpp.secret.SecretHash;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The API keys that let clients in, as hashes, and whose each is. Immutable.
 *
 * <p>How long a look-up takes tells nothing about a key. A table is not searched by what stands in the file, but by hashes
 * of that with a salt of this process: which of them a wrong key comes near to is as random as the salt, and the last
 * comparison takes the same time wherever two differ.
 */
public final class ApiKeys {
    private static final int SALT_BYTES = 32;

    private final Map<SecretHash, String> names;
    private final Map<SecretHash, String> namesBySalted = new HashMap<>();
    private final byte[] salt = new byte[SALT_BYTES];

    /** Takes the names by the hashes of the keys; a client may have several keys. */
    public ApiKeys(Map<SecretHash, String> names) {
        this.names = Map.copyOf(names);
        if (!names.isEmpty()) {
            new SecureRandom().nextBytes(salt);
        }
        this.names.forEach((hash, name) -> namesBySalted.put(hash.salted(salt), name));
    }

    /**
     * A key that was found.
     *
     * @param client whose it is
     */
    public record Found(String client, SecretHash hash) {}

    /** Returns the key that a text is; null: none. */
    public @Nullable Found find(String key) {
        SecretHash hash = SecretHash.of(key);
        String client = nameOf(hash);
        return client == null ? null : new Found(client, hash);
    }

    private @Nullable String nameOf(SecretHash hash) {
        return namesBySalted.get(hash.salted(salt));
    }

    /** Returns whether a key that was found, perhaps in an earlier set, is in this one, and the same client's. */
    public boolean have(Found key) {
        return key.client().equals(nameOf(key.hash()));
    }

    /** Returns the clients that have a key in this set that in a later one is not theirs any more. */
    public Set<String> lost(ApiKeys later) {
        Set<String> lost = new TreeSet<>();
        names.forEach((hash, name) -> {
            if (!name.equals(later.names.get(hash))) {
                lost.add(name);
            }
        });
        return lost;
    }

    /** Returns the names of all clients, in their order. */
    public Set<String> names() {
        return new TreeSet<>(names.values());
    }

    public int count() {
        return names.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ApiKeys keys && names.equals(keys.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return count() + " API keys";
    }
}
