package io.tpp.status;

import java.time.Instant;

/**
 * Something an operator may want to look into, and how often it happened.
 *
 * @param what in one line, without secrets
 * @param count how often since it was first noted
 */
public record Event(Severity severity, String what, long count, Instant first, Instant last) {
    /** How bad it is. */
    public enum Severity {
        /** Something outside of TPP, or a limit that was reached. */
        WARNING,
        /** A fault of TPP itself. */
        ERROR
    }

    Event again(Instant now) {
        return new Event(severity, what, count + 1, first, now);
    }
}
