package io.tpp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that a test started, and what it writes, line by line. Every wait has a limit. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final ProcessOutput out;
    private final ProcessOutput err;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = new ProcessOutput(process.inputReader());
        this.err = new ProcessOutput(process.errorReader());
    }

    public static ChildProcess start(ProcessBuilder builder) throws IOException {
        return new ChildProcess(builder.start());
    }

    /** Waits for a line of standard output, the earlier ones included. */
    public Matcher awaitLine(Pattern pattern) throws InterruptedException {
        return out.await(pattern);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end of the process and of its output. */
    public int exitCode() throws InterruptedException {
        return exitCode(LIMIT);
    }

    /** As {@link #exitCode()}, for a process that may take longer. */
    public int exitCode(Duration limit) throws InterruptedException {
        assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                .as("ends within %s, having written %s%s", limit, out.lines(), err.lines())
                .isTrue();
        out.awaitEnd();
        err.awaitEnd();
        return process.exitValue();
    }

    /** Returns the lines of standard output so far. */
    public List<String> out() {
        return out.lines();
    }

    /** Returns the lines of standard error so far. */
    public List<String> err() {
        return err.lines();
    }

    /** Returns all that was written so far. */
    public String everything() {
        return String.join("\n", out.lines()) + "\n" + String.join("\n", err.lines());
    }

    /** Ends it at once, with what it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
