package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tpp.net.PathPattern;
import io.tpp.net.PathPatterns;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;

/** Whatever a target's path is: it has one lenient reading, and no way of writing it gets round the rules. */
@Tag("fuzz")
class PathReadingFuzzTest {
    private static final PathPatterns AGENT = new PathPatterns(List.of(new PathPattern("/agent/*")));
    private static final PathRules CLOSED = new PathRules(AGENT, null, null);

    @FuzzTest
    void noWayOfWritingAPathHidesIt(byte[] target) {
        String raw = "/" + new String(target, ISO_8859_1);
        PathReading reading = PathReading.of(raw);

        assertThat(reading.path()).startsWith("/").doesNotContain("//", "/./", "/../", "\\", ";");
        assertThat(reading.path()).isEqualTo(reading.path().toLowerCase(Locale.ROOT));
        if (!raw.contains("%")) {
            assertThat(PathReading.of(escaped(raw))).isEqualTo(reading);
            assertThat(PathReading.of(escaped(escaped(raw)))).isEqualTo(reading);
        }
        boolean open = CLOSED.refuse("GET", raw, reading) == null;
        assertThat(open).isEqualTo(!reading.climbs() && !(reading.path() + "/").startsWith("/agent/"));
        OwnAuthorization own = new OwnAuthorization(AGENT);
        if (own.isKept(raw) && !own.isAmbiguous(raw, reading)) {
            assertThat(open)
                    .as("what keeps its own Authorization is what the rule means")
                    .isFalse();
        }
    }

    private static String escaped(String text) {
        return "/"
                + text.substring(1)
                        .chars()
                        .mapToObj(c -> String.format(Locale.ROOT, "%%%02x", c))
                        .collect(Collectors.joining());
    }
}
