package io.tpp.cli;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says in one line why something failed. */
final class Failure {
    private static final int MAX_CAUSES = 5;

    private Failure() {}

    /** Returns the messages of an exception and its causes, each only once. */
    static String describe(Throwable failure) {
        StringBuilder line = new StringBuilder();
        Throwable current = unwrapped(failure);
        for (int i = 0; current != null && i < MAX_CAUSES; i++) {
            append(line, current);
            current = current.getCause();
        }
        return line.toString();
    }

    static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure.getCause();
        return cause != null && (type.isInstance(cause) || hasCause(cause, type));
    }

    /** Returns what a future failed with, without the wrapping that only repeats it. */
    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapper = failure instanceof ExecutionException || failure instanceof CompletionException;
        return wrapper && cause != null ? unwrapped(cause) : failure;
    }

    private static void append(StringBuilder line, Throwable failure) {
        String message = message(failure);
        if (line.indexOf(message) < 0) {
            line.append(line.isEmpty() ? "" : ": ").append(message);
        }
    }

    private static String message(Throwable failure) {
        @Nullable String message = failure.getMessage();
        String type = failure.getClass().getSimpleName();
        // The text of a bug's exception, such as "null" or "5", says nothing without its type.
        boolean bug = failure instanceof RuntimeException
                && failure.getClass().getName().startsWith("java.lang.");
        return message == null || message.isBlank() ? type : bug ? type + ": " + message : message;
    }
}
