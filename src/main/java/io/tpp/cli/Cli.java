package io.tpp.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line.
 *
 * <p>Whatever goes wrong is told in one line per problem, never as a stack trace.
 */
public final class Cli {
    private Cli() {}

    /**
     * Executes the command that the arguments name.
     *
     * @param environment the environment variables
     * @param run runs the proxy
     * @param demo runs the demo; returns the exit code
     * @return 0; 1 if TPP cannot start or run; 2 for a bad configuration or usage
     */
    public static int execute(
            String[] args,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err,
            Runner run,
            Callable<Integer> demo) {
        Console console = new Console(out, err);
        TppCommand root = new TppCommand(console, environment, run);
        int exitCode = isPlainRun(args) ? run(args, root, console) : parse(args, root, console, demo);
        out.flush();
        err.flush();
        return exitCode;
    }

    /**
     * Returns whether there is nothing to parse: no arguments, or none but the configuration file, as in the image. The parser
     * would take an eighth of the start: Java's archives of classes hold none as old as picocli's.
     */
    private static boolean isPlainRun(String[] args) {
        return args.length == 0 || (args.length == 2 && args[0].equals(TppCommand.CONFIG) && !args[1].startsWith("-"));
    }

    private static int run(String[] args, TppCommand root, Console console) {
        try {
            return root.run(args.length == 0 ? null : Path.of(args[1]));
        } catch (Exception e) {
            return failure(console, e);
        }
    }

    private static int parse(String[] args, TppCommand root, Console console, Callable<Integer> demo) {
        return new CommandLine(root)
                .addSubcommand("run", new RunCommand(root))
                .addSubcommand("demo", new DemoCommand(root, demo))
                .addSubcommand("check", new CheckCommand(root))
                .addSubcommand("key", new KeyCommand(console))
                .addSubcommand("healthcheck", new HealthcheckCommand(root))
                // A file name may start with '@'.
                .setExpandAtFiles(false)
                .setOut(console.out())
                .setErr(console.err())
                .setParameterExceptionHandler((e, arguments) -> usageError(console, e))
                .setExecutionExceptionHandler((e, command, result) -> failure(console, e))
                .execute(args);
    }

    private static int usageError(Console console, ParameterException e) {
        console.error(describe(e));
        console.error("try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
        return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String describe(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            // Without what stands after a '=': it may be meant to be secret.
            String argument = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
            return (argument.startsWith("-") ? "unknown option '" : "unknown command '") + argument + "'";
        }
        return String.valueOf(e.getMessage());
    }

    private static int failure(Console console, Exception e) {
        console.error(Failure.describe(e));
        return ExitCode.FAILED;
    }
}
