package io.tpp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tpp.testing.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The demo does what it prints: its curl lines are taken from its output and given to a shell. */
class JarDemoIT {
    private static final Pattern TOKEN = Pattern.compile("\"token\":(\\d+)");

    @Test
    void itsCommandsShowWhatItSays() throws Exception {
        try (JarProcess demo = JarProcess.start(JarProcess.FREE_PORTS, "demo")) {
            demo.awaitLine("Ctrl-C ends it\\.");
            List<String> commands = commands(demo.out());
            assertThat(commands).hasSize(3);

            assertThat(tokens(shell(commands.get(0))))
                    .hasSize(2)
                    .satisfies(tokens -> assertThat(tokens.get(0)).isEqualTo(tokens.get(1)));
            assertThat(tokens(shell(commands.get(1)))).hasSize(2).doesNotHaveDuplicates();
            // A closed connection gives its token back within a moment.
            String idle = "{\"status\":\"healthy\",\"pool\":{\"total\":4,\"in_use\":0,\"available\":4,\"waiting\":0},";
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(shell(commands.get(2))).startsWith(idle));

            demo.signal("TERM");
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.err()).isEmpty();
        }
    }

    @Test
    void itsClientsMayAskForMoreThanThereIs() throws Exception {
        try (JarProcess demo = JarProcess.start(JarProcess.FREE_PORTS, "demo");
                RawClient client = demo.connect()) {
            assertThat(client.execute("loadTable(\"dfs://db\", \"t\")").body()).contains("<NoPrivilege>");
        }
    }

    /** Returns the indented commands; a line that ends with a backslash goes on in the next. */
    private static List<String> commands(List<String> lines) {
        List<String> commands = new ArrayList<>();
        boolean goesOn = false;
        for (String line : lines) {
            if (goesOn) {
                commands.set(commands.size() - 1, commands.get(commands.size() - 1) + "\n" + line);
            } else if (line.startsWith("  ")) {
                commands.add(line);
            }
            goesOn = line.startsWith("  ") && line.endsWith("\\");
        }
        return commands;
    }

    private static List<String> tokens(String output) {
        assertThat(output.lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        return TOKEN.matcher(output).results().map(result -> result.group(1)).toList();
    }

    private static String shell(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as(output).isZero();
        return output;
    }
}
