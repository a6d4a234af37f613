package io.tpp.proxy;

import java.time.Duration;
import java.util.Objects;

/**
 * How large a client's request may be, and how slowly its body may come.
 *
 * @param maxTargetBytes of its target
 * @param maxHeaderBytes of its header lines together
 * @param maxBodyBytes of its body; 0: any number
 * @param bodyTimeout how long a body may be silent, or behind its rate; zero: any time
 * @param minBodyRate how many bytes of a body are to come in a second; 0: it only must not be silent
 */
public record RequestLimits(
        int maxTargetBytes, int maxHeaderBytes, long maxBodyBytes, Duration bodyTimeout, int minBodyRate) {
    public RequestLimits {
        Objects.requireNonNull(bodyTimeout, "bodyTimeout");
    }
}
