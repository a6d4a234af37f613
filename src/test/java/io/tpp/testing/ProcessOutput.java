package io.tpp.testing;

import java.io.BufferedReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process writes to one of its streams, line by line. Every wait has a limit. */
public final class ProcessOutput {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    public ProcessOutput(BufferedReader in) {
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

    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line, the earlier ones included. */
    public synchronized Matcher await(Pattern pattern) throws InterruptedException {
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

    /** Waits for the end of the stream. */
    public void awaitEnd() throws InterruptedException {
        reader.join(LIMIT.toMillis());
    }
}
