package io.tpp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tpp demo}: the proxy in front of a simulated DolphinDB. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Runs the proxy in front of a built-in DolphinDB simulator and prints what to try.")
final class DemoCommand implements Callable<Integer> {
    private final Callable<Integer> demo;

    DemoCommand(Callable<Integer> demo) {
        this.demo = demo;
    }

    @Override
    public Integer call() throws Exception {
        return demo.call();
    }
}
