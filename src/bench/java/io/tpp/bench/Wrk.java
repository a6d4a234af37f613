package io.tpp.bench;

import io.tpp.testing.Command;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load as fast as it is answered: wrk. */
final class Wrk {
    private static final Pattern SUM = Pattern.compile("(\\d+) requests in (\\d+)\\.(\\d+)(m?s),");
    private static final Pattern TROUBLE = Pattern.compile("(?m)^\\s*(Socket errors|Non-2xx).*$");

    private Wrk() {}

    /** Returns how many requests were answered. Fails if one was not, or not with success. */
    static long run(Server server, int connections, Duration duration, String cores) throws InterruptedException {
        int threads = cores.equals(Cores.all()) ? Machine.cores() : 1;
        Command.Ended ended = Command.of(
                        Tools.path("taskset"),
                        "-c",
                        cores,
                        Tools.path("wrk"),
                        "-t" + threads,
                        "-c" + connections,
                        "-d" + duration.toSeconds() + "s",
                        "--timeout",
                        "20s",
                        server.uri(Upstream.SMALL))
                .run(duration.plusSeconds(60))
                .well();
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
