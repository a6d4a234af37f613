package io.tpp.cli;

/** What TPP's commands return to the shell. */
final class ExitCode {
    static final int OK = 0;
    /** Cannot start or run; for {@code healthcheck}: not healthy. */
    static final int FAILED = 1;
    /** Bad configuration or usage. */
    static final int USAGE = 2;

    private ExitCode() {}
}
