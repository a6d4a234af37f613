package io.tpp.config;

/**
 * What a key came out as, for people to read.
 *
 * @param key such as {@code upstream.host} or {@code credentials[0].username}
 * @param value the value in use; {@code ****} for a secret
 * @param source {@code default}, {@code config.yaml:12} or the name of an environment variable
 */
public record EffectiveValue(String key, String value, String source) {}
