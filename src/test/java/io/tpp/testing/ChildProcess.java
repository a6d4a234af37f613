package io.tpp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that a test started, and what it writes, line by line. Every wait has a limit. */
public final class ChildProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final Output out;
    private final Output err;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = new Output(process.inputReader());
        this.err = new Output(process.errorReader());
    }

    public static ChildProcess start(ProcessBuilder builder) throws IOException {
        return new ChildProcess(builder.start());
    }

    /** What it writes to one of its streams. */
    private static final class Output {
        private final List<String> lines = new ArrayList<>();
        private final Thread reader;

        Output(BufferedReader in) {
            reader = new Thread(() -> read(in), "output-of-child");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(BufferedReader in) {
            try {
                in.lines().forEach(this::add);
            } catch (UncheckedIOException killed) {
                add("(the output ended with the process)");
            }
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        synchronized Matcher await(Pattern pattern) throws InterruptedException {
            long end = System.nanoTime() + LIMIT.toNanos();
            for (int next = 0; ; ) {
                for (; next < lines.size(); next++) {
                    Matcher matcher = pattern.matcher(lines.get(next));
                    if (matcher.matches()) {
                        return matcher;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("no line like " + pattern + " in " + lines);
                }
                wait(left);
            }
        }

        void awaitEnd() throws InterruptedException {
            reader.join(LIMIT.toMillis());
        }
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
