package io.tpp.cli;

import io.tpp.access.ApiKey;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tpp key}: makes an API key, and the line of {@code access.api_keys_file} that lets it in. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Makes an API key for a client, and its line for access.api_keys_file.",
        footer = {
            "",
            "The key is shown once and kept nowhere: the line holds only its SHA-256.",
            "A client may have several lines, as while it changes its key."
        })
final class KeyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "NAME", description = "What the client is called in logs: " + ApiKey.NAME_RULE + ".")
    private String name = "";

    KeyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!ApiKey.isName(name)) {
            console.error("the name must be " + ApiKey.NAME_RULE);
            return ExitCode.USAGE;
        }
        ApiKey key = ApiKey.create(new SecureRandom());
        console.print("key:  " + key.text().reveal());
        console.print("line: " + key.line(name));
        return ExitCode.OK;
    }
}
