package io.tpp.cli;

import io.tpp.config.ConfigException;
import io.tpp.config.EffectiveValue;
import io.tpp.config.LoadedConfig;
import io.tpp.telemetry.TraceExport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tpp check}: prints what each key came out as, or everything that is wrong. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Checks the configuration and prints the effective values, secrets as ****.")
final class CheckCommand implements Callable<Integer> {
    private final TppCommand root;

    @Option(
            names = {"-c", TppCommand.CONFIG},
            paramLabel = "FILE",
            description = "The configuration file (YAML). Without it, the environment alone is checked.")
    private @Nullable Path config;

    CheckCommand(TppCommand root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Path file = root.configFile(config);
        if (!root.isConfigured(file)) {
            return ExitCode.USAGE;
        }
        try {
            print(root.loader().load(file));
            return ExitCode.OK;
        } catch (ConfigException e) {
            root.console().problems(e);
            return ExitCode.USAGE;
        }
    }

    private void print(LoadedConfig loaded) {
        List<EffectiveValue> values = loaded.values();
        String format =
                "%-" + width(values, EffectiveValue::key) + "s  %-" + width(values, EffectiveValue::value) + "s  %s";
        for (EffectiveValue value : values) {
            root.console().print(format.formatted(value.key(), value.value(), value.source()));
        }
        String endpoint = loaded.config().telemetry().otlpEndpoint();
        if (endpoint != null) {
            root.console().print(TraceExport.plan(endpoint, root.environment()));
        }
        root.console().warnings(loaded.warnings());
    }

    private static int width(List<EffectiveValue> values, Function<EffectiveValue, String> column) {
        return values.stream().map(column).mapToInt(String::length).max().orElse(1);
    }
}
