package io.tpp.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The command line as a program of its own, without a proxy behind it. */
final class CliMain {
    private CliMain() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(Cli.execute(args, System.getenv(), out, err, config -> 0, () -> 0));
    }
}
