package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Readme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README.md says of things outside it; its commands are run by {@code .ci/run}. */
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]*)(#[^)]*)?\\)");

    @Test
    void itHasAtMost300Lines() {
        assertThat(Readme.text().lines().count()).isLessThanOrEqualTo(300);
    }

    @Test
    void itsLinksLeadSomewhere() {
        assertLinksLeadSomewhere(Path.of("README.md"));
    }

    @Test
    void theLinksOfItsPagesLeadSomewhere() {
        assertThat(Readme.pages()).isNotEmpty().allSatisfy(ReadmeTest::assertLinksLeadSomewhere);
    }

    @Test
    void itLeadsToEveryPage() {
        assertThat(Readme.pages()).allSatisfy(page -> assertThat(Readme.text()).contains("](" + page));
    }

    private static void assertLinksLeadSomewhere(Path file) {
        String text = Readme.text(file);
        List<String> headings = text.lines()
                .filter(line -> line.startsWith("#"))
                .map(line ->
                        line.replaceFirst("#+ ", "#").toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            if (!link.group(1).isEmpty()) {
                assertThat(file.resolveSibling(link.group(1))).exists();
            } else {
                assertThat(headings).contains(link.group(2));
            }
        }
    }

    @Test
    void everyBlockThatCiTakesIsThere() {
        assertThat(Stream.of("demo", "demo-output", "demo-1", "demo-2", "demo-3", "test"))
                .allSatisfy(name -> assertThat(Readme.text()).containsOnlyOnce("<!-- ci: " + name + " -->\n```"));
    }

    @Test
    void itsExampleOfHealthHasTheFieldsThatScriptsRelyOn() throws Exception {
        String example = Readme.text()
                .lines()
                .filter(line -> line.startsWith("{\"status\":\"healthy\",\"pool\":{\"total\":200"))
                .findFirst()
                .orElseThrow();
        Rig rig = Rig.start(2);
        try {
            assertThat(rig.health("/health").body().replaceAll("\\d+", "0").replace("0.0.0-SNAPSHOT", "0.0.0"))
                    .isEqualTo(example.replaceAll("\\d+", "0"));
        } finally {
            rig.close();
        }
    }

    @Test
    void everyPathOfTheHealthConnectorIsServed() throws Exception {
        Rig rig = Rig.start(1);
        try {
            for (List<String> row : Readme.table("on `health_listen`")) {
                for (String path : row.get(0).split(", ", -1)) {
                    if (path.equals("/admin/…")) {
                        // Without admin.token_file there is none; see AdminTest.
                        assertThat(rig.health("/admin/pool").statusCode()).isEqualTo(404);
                        continue;
                    }
                    assertThat(rig.health(path).statusCode()).as(path).isEqualTo(200);
                }
            }
        } finally {
            rig.close();
        }
    }

    @Test
    void whatItNamesOfDeploymentIsThere() {
        assertThat(Stream.of("Dockerfile", "deploy/compose.yaml", "CHANGELOG.md", "LICENSE", ".ci/run"))
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
        assertThat(Files.isExecutable(Path.of(".ci/run"))).isTrue();
    }
}
