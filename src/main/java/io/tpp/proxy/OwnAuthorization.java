package io.tpp.proxy;

import io.tpp.net.PathPatterns;

/**
 * Where requests go with the client's own {@code Authorization}, if it sends one, and without a token: DolphinDB's {@code
 * /metrics}, for one, may ask for a token of its own kind, and a scrape must not occupy one of the pool's.
 *
 * <p>Neither is to get where the other belongs. So a path counts only if it is written as it stands in the configuration,
 * and what a lenient server might take for such a path, or such a path for, is {@linkplain #isAmbiguous not passed on}.
 *
 * <p>Immutable and thread-safe.
 */
final class OwnAuthorization {
    private final PathPatterns paths;
    private final PathPatterns lowerCase;

    OwnAuthorization(PathPatterns paths) {
        this.paths = paths;
        this.lowerCase = paths.inLowerCase();
    }

    /** Returns whether a request with that path keeps its own; only to be asked if it is not ambiguous. */
    boolean isKept(String path) {
        return paths.match(path);
    }

    /** Returns whether two servers may disagree about that. */
    boolean isAmbiguous(String path, PathReading reading) {
        boolean written = paths.match(path);
        boolean read = lowerCase.match(reading.path())
                // The path above all others below.
                || (path.endsWith("/") && lowerCase.match(reading.path() + "/"));
        return written != read || (written && reading.climbs());
    }
}
