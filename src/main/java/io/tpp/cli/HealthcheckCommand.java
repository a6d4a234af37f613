package io.tpp.cli;

import io.tpp.config.ConfigException;
import io.tpp.config.HostPort;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code tpp healthcheck}: asks a running TPP whether it is healthy.
 *
 * <p>For a container's health check, which knows only 0 and 1. Needs nothing of the configuration
 * but {@code health_listen}, because the one who asks may not be allowed to read the passwords.
 */
@Command(
        name = "healthcheck",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        exitCodeOnInvalidInput = ExitCode.FAILED,
        description = "Asks the running TPP's /healthz; exits 0 if it is healthy, else 1.",
        footer = {
            "",
            "The address is health_listen as the running TPP has it: TPP_HEALTH_LISTEN, else the file's,",
            "else 127.0.0.1:9090."
        })
final class HealthcheckCommand implements Callable<Integer> {
    private static final HostPort DEFAULT_ADDRESS = new HostPort("127.0.0.1", 9090);

    private final TppCommand root;

    @Option(
            names = {"-c", TppCommand.CONFIG},
            paramLabel = "FILE",
            description = "The configuration file (YAML) of the running TPP.")
    private @Nullable Path config;

    HealthcheckCommand(TppCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        try {
            HostPort listen = root.loader().healthListen(root.configFile(config));
            return check(new HealthProbe(Objects.requireNonNullElse(listen, DEFAULT_ADDRESS)));
        } catch (ConfigException e) {
            root.console().problems(e);
            return ExitCode.FAILED;
        }
    }

    private int check(HealthProbe probe) {
        String trouble = probe.trouble();
        root.console().print(trouble == null ? "healthy" : trouble);
        return trouble == null ? ExitCode.OK : ExitCode.FAILED;
    }
}
