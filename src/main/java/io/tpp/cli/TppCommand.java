package io.tpp.cli;

import io.tpp.config.ConfigException;
import io.tpp.config.ConfigLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tpp} itself: runs the proxy if no subcommand is named. */
@Command(
        name = "tpp",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Token Pool Proxy: gives every client connection its own DolphinDB token out of a pool.",
        footer = {
            "",
            "Without a command, tpp runs the proxy.",
            "Every key of the file can also be given as an environment variable,",
            "such as TPP_UPSTREAM_HOST for upstream.host, which wins over the file.",
            "Exit codes: 0 after a normal stop, 1 cannot start or run,",
            "2 bad configuration or usage."
        })
final class TppCommand implements Callable<Integer> {
    /** The option that names the configuration file. */
    static final String CONFIG = "--config";

    private final Console console;
    private final Map<String, String> environment;
    private final Runner runner;

    @Option(
            names = {"-c", CONFIG},
            paramLabel = "FILE",
            description = "The configuration file (YAML). Without it, the environment alone is used.")
    private @Nullable Path config;

    TppCommand(Console console, Map<String, String> environment, Runner runner) {
        this.console = console;
        this.environment = environment;
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        return run(null);
    }

    /** Runs the proxy; {@code own} is the file given to the subcommand, if any. */
    int run(@Nullable Path own) throws Exception {
        Path file = configFile(own);
        if (!isConfigured(file)) {
            return ExitCode.USAGE;
        }
        try {
            return runner.run(loader().load(file));
        } catch (ConfigException e) {
            console.problems(e);
            return ExitCode.USAGE;
        }
    }

    /** Returns whether there is a configuration to read, and says so if not. */
    boolean isConfigured(@Nullable Path file) {
        boolean configured = file != null || loader().environmentGivesKeys();
        if (!configured) {
            console.error("no configuration: give one with --config FILE or TPP_... variables,"
                    + " or try 'tpp demo', which needs none");
        }
        return configured;
    }

    /** {@code --config} may stand before or after the subcommand. */
    @Nullable
    Path configFile(@Nullable Path own) {
        return own == null ? config : own;
    }

    ConfigLoader loader() {
        return new ConfigLoader(environment);
    }

    Map<String, String> environment() {
        return environment;
    }

    Console console() {
        return console;
    }
}
