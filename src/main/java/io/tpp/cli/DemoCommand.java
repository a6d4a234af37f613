package io.tpp.cli;

import io.tpp.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tpp demo}: the proxy in front of a simulated DolphinDB. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Runs the proxy in front of a built-in DolphinDB simulator and prints what to try.")
final class DemoCommand implements Callable<Integer> {
    private final TppCommand root;
    private final Callable<Integer> demo;

    DemoCommand(TppCommand root, Callable<Integer> demo) {
        this.root = root;
        this.demo = demo;
    }

    @Override
    public Integer call() throws Exception {
        try {
            return demo.call();
        } catch (ConfigException e) {
            root.console().problems(e);
            return ExitCode.USAGE;
        }
    }
}
