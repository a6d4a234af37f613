package io.tpp.config;

import java.util.List;
import java.util.Objects;

/**
 * A configuration that was loaded without an error. Immutable; its {@code toString} holds no password.
 *
 * @param config the configuration
 * @param credentialFiles where its credentials can be read again
 * @param values what each key came out as and where it came from, in the order of the README's table
 * @param warnings what a person should look at although TPP can run
 * @param origin where it can be read again
 */
public record LoadedConfig(
        TppConfig config,
        CredentialFiles credentialFiles,
        List<EffectiveValue> values,
        List<String> warnings,
        ConfigOrigin origin) {
    public LoadedConfig {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(credentialFiles, "credentialFiles");
        Objects.requireNonNull(origin, "origin");
        values = List.copyOf(values);
        warnings = List.copyOf(warnings);
    }
}
