package io.tpp;

import io.tpp.config.TppConfig;
import java.time.Duration;

/**
 * How large the heads of requests may be, and how long they may take.
 *
 * @param targetBytes of the target
 * @param headerBytes of the header lines together
 * @param timeout from a head's first byte to its last; zero: any time
 */
record HeadLimits(int targetBytes, int headerBytes, Duration timeout) {
    /** For those who ask for health and metrics. */
    static final HeadLimits OF_HEALTH = new HeadLimits(8192, 8192, Duration.ofSeconds(30));

    /** Method and version, and what blanks are around values. */
    private static final int SLACK = 1024;

    static HeadLimits of(TppConfig.Client client) {
        return new HeadLimits(client.maxTargetBytes(), client.maxHeaderBytes(), client.headerTimeout());
    }

    /** Returns what is surely too much; the parts are looked at when they have come. */
    int totalBytes() {
        return targetBytes + headerBytes + SLACK;
    }
}
