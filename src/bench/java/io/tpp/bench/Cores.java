package io.tpp.bench;

import io.tpp.testing.Command;
import java.time.Duration;

/** Which cores do what while it counts: the first one the proxy, all others the load and the upstream. */
final class Cores {
    /** For Java machines, which else make as many threads as the machine has cores: one is what the proxy gets. */
    static final String ONE = "-XX:ActiveProcessorCount=1";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Cores() {}

    static String ofProxy() {
        return "0";
    }

    static String ofLoad() {
        int last = Machine.cores() - 1;
        return last <= 1 ? String.valueOf(last) : "1-" + last;
    }

    static String all() {
        return "0-" + (Machine.cores() - 1);
    }

    /** Confines all threads of a process, and those it will have. */
    static void confine(long pid, String cores) throws InterruptedException {
        Command.of(Tools.path("taskset"), "-a", "-c", "-p", cores, pid)
                .run(LIMIT)
                .well();
    }
}
