package io.tpp.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to reload the configuration.
 *
 * @param failure why it failed, without secrets; null: it worked
 */
public record Reload(Instant at, @Nullable String failure) {}
