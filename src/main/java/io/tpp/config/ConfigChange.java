package io.tpp.config;

/**
 * A key that came out otherwise when the configuration was read again. Never one that holds a secret.
 *
 * @param key such as {@code token.pool_size}
 * @param before the value in use until then
 * @param after the value from then on
 */
public record ConfigChange(String key, String before, String after) {
    @Override
    public String toString() {
        return key + " " + before + " -> " + after;
    }
}
