package io.tpp.status;

import io.tpp.pool.CredentialRefusal;
import io.tpp.pool.PoolView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Everything the status page shows, at one instant. The pool's part fits together; connections are each by themselves. */
record StatusSnapshot(
        String version,
        Instant now,
        Instant startedAt,
        Duration uptime,
        boolean shuttingDown,
        PoolView pool,
        List<CredentialRefusal> refusals,
        String upstreamAddress,
        UpstreamState upstream,
        List<ConnectionRow> connections,
        List<Sample> history,
        List<Event> events,
        ConfigInForce.State config) {}
