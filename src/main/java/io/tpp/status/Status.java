package io.tpp.status;

import io.tpp.pool.PoolView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Puts together what the status page shows. Thread-safe; nothing blocks, and no lock is held but the pool's, for its part. */
public final class Status {
    private final String version;
    private final String upstreamAddress;
    private final InstantSource clock;
    private final Instant startedAt;
    private final StatusSources sources;
    private final StatusListener listener;
    private final History history;
    private final ConfigInForce config;

    /** {@code upstreamAddress} is for people. */
    public Status(
            String version,
            String upstreamAddress,
            InstantSource clock,
            StatusSources sources,
            StatusListener listener,
            History history,
            ConfigInForce config) {
        this.version = version;
        this.upstreamAddress = upstreamAddress;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.sources = sources;
        this.listener = listener;
        this.history = history;
        this.config = config;
    }

    /** Returns the answer to {@code /status.json}. */
    public String json(StatusQuery query) {
        return StatusJson.of(take(query), query);
    }

    private StatusSnapshot take(StatusQuery query) {
        PoolView pool = sources.pool().get();
        Instant now = clock.instant();
        return new StatusSnapshot(
                version,
                now,
                startedAt,
                Duration.between(startedAt, now),
                sources.shuttingDown().getAsBoolean(),
                pool,
                sources.refusals().get(),
                upstreamAddress,
                listener.upstream(),
                ConnectionRow.join(sources.connections().get(), pool),
                history.samples(query.historyAfter()),
                listener.events().events(),
                config.state());
    }
}
