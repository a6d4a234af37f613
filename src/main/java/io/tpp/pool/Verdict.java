package io.tpp.pool;

/** What is to become of a token that was probed. */
enum Verdict {
    ALIVE,
    DEAD,
    /** Could not be found out; a login makes sure. */
    RENEW,
    /** Could not be found out, and it cannot be logged in again: used until it is refused. */
    TRUST
}
