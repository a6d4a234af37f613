package io.tpp.simulator;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A script that fails; the message is DolphinDB's to the client. */
final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    ScriptException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /**
     * Returns what the client is told: script and reason, as after a wrong login; messages about
     * rights stand alone (access control tutorial). Null if it was not the script that failed.
     */
    static @Nullable String messageOf(String script, Throwable failure) {
        if (!(unwrap(failure) instanceof ScriptException exception)) {
            return null;
        }
        return exception.reason.startsWith("<Not") || exception.reason.startsWith("<NoP")
                ? exception.reason
                : script + " => " + exception.reason;
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
