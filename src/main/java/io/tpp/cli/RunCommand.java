package io.tpp.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tpp run}: the same as {@code tpp}, said aloud. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Runs the proxy.")
final class RunCommand implements Callable<Integer> {
    private final TppCommand root;

    @Option(
            names = {"-c", TppCommand.CONFIG},
            paramLabel = "FILE",
            description = "The configuration file (YAML). Without it, the environment alone is used.")
    private @Nullable Path config;

    RunCommand(TppCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() throws Exception {
        return root.run(config);
    }
}
