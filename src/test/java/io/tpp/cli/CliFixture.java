package io.tpp.cli;

import io.tpp.config.LoadedConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Executes commands in the process and keeps what they print. */
final class CliFixture {
    final Map<String, String> environment = new HashMap<>();
    final List<LoadedConfig> runs = new ArrayList<>();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    Runner runner = config -> 0;
    int demos;

    int execute(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Cli.execute(args, environment, new PrintWriter(out), new PrintWriter(err), this::run, this::demo);
    }

    private int run(LoadedConfig config) throws Exception {
        runs.add(config);
        return runner.run(config);
    }

    private int demo() {
        demos++;
        return 0;
    }
}
