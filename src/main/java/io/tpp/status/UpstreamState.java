package io.tpp.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the upstream.
 *
 * @param reachable what the last contact showed; null: there was none yet
 * @param sinceAnswer how long ago it answered; null: never
 * @param sinceFailure how long ago no connection could be made; null: never
 * @param lastFailure why not, without secrets; null: never
 */
public record UpstreamState(
        @Nullable Boolean reachable,
        @Nullable Duration sinceAnswer,
        @Nullable Duration sinceFailure,
        @Nullable String lastFailure) {}
