package io.tpp.proxy;

import io.tpp.net.Methods;
import io.tpp.net.PathPatterns;
import io.tpp.proxy.ProxyListener.AccessRefusal;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Where clients may go, and with which methods.
 *
 * <p>What a lenient server might take for a denied path is denied too; an allowed one must be written as it stands in the
 * configuration. A path that leads upwards is neither: where it ends, two servers may see differently.
 *
 * <p>Immutable and thread-safe.
 */
final class PathRules {
    private final PathPatterns denied;
    private final PathPatterns deniedInLowerCase;
    private final @Nullable PathPatterns allowed;
    private final @Nullable Methods methods;

    /** {@code allowed}, {@code methods}: null: all. */
    PathRules(PathPatterns denied, @Nullable PathPatterns allowed, @Nullable Methods methods) {
        this.denied = denied;
        this.deniedInLowerCase = denied.inLowerCase();
        this.allowed = allowed;
        this.methods = methods;
    }

    /** Returns why a request may not pass; null: it may. */
    @Nullable
    Refusal refuse(String method, String path, PathReading reading) {
        if (methods != null && !methods.contain(method)) {
            return refusal("the method is not one of access.allowed_methods", AccessRefusal.METHOD);
        }
        if (isDenied(path, reading)) {
            return refusal("the path is one of access.denied_paths, or could be taken for one", AccessRefusal.PATH);
        }
        if (allowed != null && !isAllowed(allowed, path, reading)) {
            return refusal("the path is not one of access.allowed_paths", AccessRefusal.PATH);
        }
        return null;
    }

    private static Refusal refusal(String message, AccessRefusal reason) {
        return new Refusal(HttpStatus.FORBIDDEN_403, message, false, reason);
    }

    private boolean isDenied(String path, PathReading reading) {
        if (denied.patterns().isEmpty()) {
            return false;
        }
        return reading.climbs()
                || denied.match(path)
                || deniedInLowerCase.match(reading.path())
                // The path above all others below: /agent is not of /agent/*, but /agent/ is.
                || deniedInLowerCase.match(reading.path() + "/");
    }

    /** As it is written and as it is read; the latter also with what stands in the pattern for upper case. */
    private static boolean isAllowed(PathPatterns allowed, String path, PathReading reading) {
        return !reading.climbs()
                && allowed.match(path)
                && (allowed.inLowerCase().match(reading.path())
                        || (path.endsWith("/") && allowed.inLowerCase().match(reading.path() + "/")));
    }
}
