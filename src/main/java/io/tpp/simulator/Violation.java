package io.tpp.simulator;

/** Kinds of wrong use that the simulator notices. */
public enum Violation {
    /** Two client connections had requests under way with one token at the same time. */
    TOKEN_SHARED,
    /** A client connection used a token while the connection that used it last was still open. */
    TOKEN_MOVED,
    /** A token that was never given out. */
    UNKNOWN_TOKEN,
    /** A token whose time was over, which its holder could have known. */
    EXPIRED_TOKEN,
    /** A token that was revoked, cancelled or dropped by a restart, of which its holder cannot know yet. */
    REVOKED_TOKEN,
    /** A dead token, used again after an answer had told that it is dead. */
    REFUSED_TOKEN_AGAIN,
    /** An {@code Authorization} header that is not {@code Bearer} and a token68, or several of them. */
    MALFORMED_AUTHORIZATION,
    /** A script without any token. */
    NO_AUTHORIZATION,
    /** A client's own {@code X-API-Key} came through. */
    API_KEY_LEAKED,
    /** Two requests at once in one session; noted with {@link Quirks.SessionClash#RECORD} only. */
    SESSION_SHARED,
    /** Bytes that are not a proper HTTP/1.1 request. */
    MALFORMED_REQUEST
}
