package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The health connector against pages of other sites, and whoever else asks it for more than it has. */
@Timeout(60)
class HealthHardeningTest {
    private static final List<String> PATHS =
            List.of("/health", "/healthz", "/livez", "/readyz?verbose", "/metrics", "/no-such-path", "//evil.example/");

    private final Rig rig;

    HealthHardeningTest() throws Exception {
        rig = Rig.start(1);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Response ask(String method, String path, String... headers) {
        try (RawClient client = RawClient.connect(rig.healthPort())) {
            return client.send(method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                            + "\r\nContent-Length: 0\r\n\r\n")
                    .read();
        }
    }

    @Test
    void aHostileHostIsNeitherRepeatedNorRedirectedTo() {
        for (String path : PATHS) {
            Response response = ask("GET", path, "Host: evil.example", "X-Forwarded-Host: evil.example");
            assertThat(response.headers()).doesNotContainKey("location");
            assertThat(response.toString()).as(path).doesNotContain("evil");
        }
    }

    @Test
    void pagesOfOtherSitesCanReadNothing() {
        for (String path : PATHS) {
            Response response =
                    ask("GET", path, "Host: tpp", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site");
            assertThat(response.headers().keySet()).as(path).noneMatch(name -> name.startsWith("access-control-"));
            assertThat(response.headers())
                    .as(path)
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("cache-control", "no-store")
                    .doesNotContainKey("set-cookie");
        }
    }

    @Test
    void noMethodChangesAnything() {
        for (String path : PATHS) {
            for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get")) {
                assertThat(ask(method, path, "Host: tpp").status())
                        .as(method + " " + path)
                        .isEqualTo(405);
            }
        }
    }

    @Test
    void whatAClientAsksForComesBackAsPlainTextOnly() {
        Response response = ask("GET", "/readyz?verbose&exclude=%3Cscript%3Ealert(1)%3C/script%3E%0a[-]x", "Host: tpp");
        assertThat(response.headers().get("content-type")).startsWith("text/plain");
        assertThat(response.body()).doesNotContain("\n[-]x");
    }
}
