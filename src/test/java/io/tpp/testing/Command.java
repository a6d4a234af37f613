package io.tpp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A command line, with where it runs and what it finds in its environment. */
public final class Command {
    private final ProcessBuilder builder;

    private Command(List<String> words) {
        builder = new ProcessBuilder(new ArrayList<>(words));
    }

    /** Makes one out of the text of these words; the first is the program. */
    public static Command of(Object... words) {
        return new Command(Stream.of(words).map(String::valueOf).toList());
    }

    /** Appends words. */
    public Command and(List<String> words) {
        builder.command().addAll(words);
        return this;
    }

    public Command in(Path folder) {
        builder.directory(folder.toFile());
        return this;
    }

    public Command with(String variable, Object value) {
        builder.environment().put(variable, String.valueOf(value));
        return this;
    }

    /** Starts it; the caller ends it. */
    public ChildProcess start() {
        try {
            return ChildProcess.start(builder);
        } catch (IOException e) {
            throw new AssertionError("cannot run " + builder.command(), e);
        }
    }

    /** Runs it until it has ended by itself. */
    public Ended run(Duration limit) throws InterruptedException {
        try (ChildProcess process = start()) {
            int exitCode = process.exitCode(limit);
            return new Ended(
                    exitCode, String.join("\n", process.out()), String.join("\n", process.err()), builder.command());
        }
    }

    /** How a command ended. */
    public record Ended(int exitCode, String out, String err, List<String> command) {
        /** Fails unless it ended well. */
        public Ended well() {
            assertThat(exitCode)
                    .as("exit code of %s, which wrote%n%s%n%s", command, out, err)
                    .isZero();
            return this;
        }
    }
}
