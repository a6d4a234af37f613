package io.tpp.config;

import java.util.List;
import java.util.Objects;

/**
 * A configuration that was loaded without an error. Immutable; its {@code toString} holds no password.
 *
 * @param config the configuration
 * @param values what each key came out as and where it came from, in the order of the README's table
 * @param warnings what a person should look at although TPP can run
 */
public record LoadedConfig(TppConfig config, List<EffectiveValue> values, List<String> warnings) {
    public LoadedConfig {
        Objects.requireNonNull(config, "config");
        values = List.copyOf(values);
        warnings = List.copyOf(warnings);
    }
}
