package io.tpp.bench;

import io.tpp.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Load as fast as it is answered: wrk.
 *
 * @param connections how many it keeps busy
 * @param cores what it runs on
 */
record Wrk(int connections, Duration duration, String cores) {
    private static final Pattern SUM = Pattern.compile("(\\d+) requests in [\\d.]+(ms|s|m|h),");
    private static final Pattern TROUBLE = Pattern.compile("(?m)^\\s*(Socket errors|Non-2xx).*$");

    /** A call such as clients of DolphinDB send. */
    private static final String SCRIPT = """
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{"script":"select * from trades where sym=`A","params":[]}'
            """;

    /** Returns how many requests were answered. Fails if one was not, or not with success. */
    long run(Server server) throws InterruptedException {
        return run(server, List.of());
    }

    /** The same with requests that run a script; wrk reads what to send from a file in {@code folder}. */
    long runScripts(Server server, Path folder) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("post.lua"), SCRIPT);
        return run(server, List.of("-s", script));
    }

    private long run(Server server, List<?> options) throws InterruptedException {
        int threads = cores.equals(Cores.all()) ? Machine.cores() : 1;
        List<Object> command = new ArrayList<>(List.of(
                Tools.path("taskset"),
                "-c",
                cores,
                Tools.path("wrk"),
                "-t" + threads,
                "-c" + connections,
                "-d" + duration.toSeconds() + "s",
                "--timeout",
                "20s"));
        command.addAll(options);
        command.add(server.uri(Upstream.SMALL));
        Command.Ended ended =
                Command.of(command.toArray()).run(duration.plusSeconds(60)).well();
        Matcher trouble = TROUBLE.matcher(ended.out());
        if (trouble.find()) {
            throw new AssertionError(server.name() + ": " + trouble.group().strip());
        }
        Matcher sum = SUM.matcher(ended.out());
        if (!sum.find()) {
            throw new AssertionError("not understood: " + ended.out());
        }
        return Long.parseLong(sum.group(1));
    }
}
