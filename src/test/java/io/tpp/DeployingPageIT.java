package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tpp.testing.ChildProcess;
import io.tpp.testing.ProcessOutput;
import io.tpp.testing.Readme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of deploying.md that make an archive of classes do what stands there, with the Java they are for. */
@Timeout(180)
class DeployingPageIT {
    private static final Path PAGE = Path.of("src/site/markdown/deploying.md");

    @Test
    void theArchiveOfJava25IsMadeAndTaken() throws Exception {
        assertThatItRuns("archive-25", Java25.programs());
        assertThat(Path.of("target/tpp.aot")).isNotEmptyFile();
    }

    @Test
    void theArchiveOfOlderJavaIsMadeAndTaken() throws Exception {
        assumeThat(Runtime.version().feature()).isLessThan(25);
        assertThatItRuns("archive-17", Path.of(System.getProperty("java.home"), "bin"));
        assertThat(Path.of("target/tpp.jsa")).isNotEmptyFile();
    }

    /** In a copy of what the commands use, on other ports. */
    @Test
    void theCommandsForTheWarStartIt(@TempDir Path folder) throws Exception {
        Files.createDirectory(folder.resolve("target"));
        Files.copy(Path.of("target/tpp.war"), folder.resolve("target/tpp.war"));
        Files.copy(Path.of("config.yaml"), folder.resolve("config.yaml"));
        JettyProcess.copyBase(folder.resolve("jetty-base"));
        Files.writeString(folder.resolve("jetty-base/start.d/ports.ini"), "jetty.http.port=0\n");
        Files.writeString(folder.resolve("jetty-base/start.d/tpp.ini"), "--modules=tpp\ntpp.health.port=0\n");
        ProcessBuilder shell = shell("war", Path.of(System.getProperty("java.home"), "bin"));
        shell.environment()
                .put("JETTY_HOME", JettyProcess.home().toAbsolutePath().toString());
        try (ChildProcess jetty = ChildProcess.start(shell.directory(folder.toFile()))) {
            jetty.awaitLine(Pattern.compile(".*TPP .* starts: .*\\(config\\.yaml:\\d+\\).*"));
            jetty.awaitLine(Pattern.compile(".*Started health@.*"));
            jetty.awaitLine(Pattern.compile(".*Started oejs\\.Server@.*"));
        }
    }

    /** Makes a block of the page ready to run. */
    private static ProcessBuilder shell(String block, Path java) {
        Matcher found = Pattern.compile("<!-- run: " + block + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Readme.text(PAGE));
        assertThat(found.find()).isTrue();
        ProcessBuilder shell = new ProcessBuilder("sh", "-ec", found.group(1)).redirectErrorStream(true);
        shell.environment().put("PATH", java + ":/usr/bin:/bin");
        return shell;
    }

    private static void assertThatItRuns(String block, Path java) throws Exception {
        Process process = shell(block, java).start();
        ProcessOutput out = new ProcessOutput(process.inputReader());
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        out.awaitEnd();
        assertThat(process.exitValue()).as("%s", out.lines()).isZero();
        assertThat(out.lines()).last().asString().matches("tpp \\d.*");
    }
}
