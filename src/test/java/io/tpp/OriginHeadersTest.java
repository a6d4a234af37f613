package io.tpp;

import static io.tpp.testing.ScriptedUpstream.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.RawClient;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the upstream is told of where a request comes from, and whom TPP believes. */
class OriginHeadersTest {
    private static ScriptedRig wary;
    private static ScriptedRig trusting;

    @BeforeAll
    static void start() throws Exception {
        wary = ScriptedRig.start(ok(""), "TPP_CLIENT_TRUSTED_PROXIES", "10.0.0.0/8, ::1");
        trusting = ScriptedRig.start(
                ok(""), "TPP_CLIENT_TRUSTED_PROXIES", "127.0.0.0/8", "TPP_UPSTREAM_PRESERVE_HOST", "true");
    }

    @AfterAll
    static void stop() {
        wary.close();
        trusting.close();
    }

    @BeforeEach
    void forget() {
        wary.forget();
        trusting.forget();
    }

    private static String forwarded(ScriptedRig rig, String... lines) throws InterruptedException {
        return rig.forwarded("GET / HTTP/1.1\r\nHost: tpp:80\r\n"
                + String.join(
                        "", List.of(lines).stream().map(line -> line + "\r\n").toList()) + "\r\n");
    }

    /** Returns the values of the lines with that name. */
    private static List<String> values(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=6.6.6.6",
                "X-Forwarded-For: 6.6.6.6",
                "x-forwarded-for: 6.6.6.6",
                "X-Forwarded-Host: 6.6.6.6",
                "X-Forwarded-Proto: 6.6.6.6",
                "X-Forwarded-Port: 6.6.6.6",
                "X-Forwarded-Server: 6.6.6.6",
                "X-Forwarded-Prefix: 6.6.6.6",
                "X-Forwarded-Whatever: 6.6.6.6",
                "X-Real-IP: 6.6.6.6",
                "x-real-ip: 6.6.6.6",
                "X-Client-IP: 6.6.6.6",
                "X-Cluster-Client-IP: 6.6.6.6",
                "X-Original-Forwarded-For: 6.6.6.6",
                "X-Envoy-External-Address: 6.6.6.6",
                "Client-IP: 6.6.6.6",
                "True-Client-IP: 6.6.6.6",
                "CF-Connecting-IP: 6.6.6.6",
                "Fastly-Client-IP: 6.6.6.6"
            })
    void whatAStrangerSaysOfItsOriginIsReplaced(String line) throws Exception {
        String head = forwarded(wary, line, line);
        assertThat(head).doesNotContain("6.6.6.6");
        assertThat(values(head, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(values(head, "X-Forwarded-Host")).containsExactly("tpp:80");
        assertThat(values(head, "X-Forwarded-Proto")).containsExactly("http");
        assertThat(values(head, "Forwarded"))
                .singleElement()
                .asString()
                .matches("for=\"127\\.0\\.0\\.1:\\d+\";host=\"tpp:80\";proto=http");
    }

    @Test
    void toWhatATrustedProxySaysOfAddressesItsOwnIsAppended() throws Exception {
        String head = forwarded(
                trusting,
                "X-Forwarded-For: 6.6.6.6, \"[::1]\"",
                "Forwarded: for=6.6.6.6;proto=https, for=\"[2001:db8::1]:4711\"",
                "X-Forwarded-For: 7.7.7.7");
        assertThat(values(head, "X-Forwarded-For")).containsExactly("6.6.6.6, \"[::1]\", 7.7.7.7, 127.0.0.1");
        assertThat(values(head, "Forwarded"))
                .singleElement()
                .asString()
                .matches("for=6\\.6\\.6\\.6;proto=https, for=\"\\[2001:db8::1]:4711\","
                        + " for=\"127\\.0\\.0\\.1:\\d+\";host=\"tpp:80\";proto=http");
    }

    @Test
    void whatElseATrustedProxySaysPasses() throws Exception {
        String head = forwarded(
                trusting,
                "X-Forwarded-Host: outside",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Port: 443",
                "X-Real-IP: 6");
        assertThat(values(head, "X-Forwarded-Host")).containsExactly("outside");
        assertThat(values(head, "X-Forwarded-Proto")).containsExactly("https");
        assertThat(values(head, "X-Forwarded-Port")).containsExactly("443");
        assertThat(values(head, "X-Real-IP")).containsExactly("6");
        assertThat(values(head, "X-Forwarded-For")).containsExactly("127.0.0.1");
    }

    @Test
    void whatATrustedProxyDoesNotSayTppDoes() throws Exception {
        String head = forwarded(trusting);
        assertThat(values(head, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(values(head, "X-Forwarded-Host")).containsExactly("tpp:80");
        assertThat(values(head, "X-Forwarded-Proto")).containsExactly("http");
    }

    @Test
    void theSchemeIsThatOfTheConnectionWhateverTheTargetSays() throws Exception {
        String head = wary.forwarded("GET https://tpp/ HTTP/1.1\r\nHost: tpp\r\n\r\n");
        assertThat(values(head, "X-Forwarded-Proto")).containsExactly("http");
        assertThat(head).contains(";proto=http\r\n");
    }

    @Test
    void requestsOfOneConnectionMayNameDifferentHosts() throws Exception {
        try (RawClient client = wary.connect()) {
            for (String host : List.of("a", "b", "a")) {
                client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").read();
                String head = wary.upstream.takeHead();
                assertThat(values(head, "X-Forwarded-Host")).containsExactly(host);
                assertThat(head).contains(";host=\"" + host + "\";");
            }
        }
    }

    @Test
    void withoutAHostNoneIsTold() throws Exception {
        String head = wary.forwarded("GET / HTTP/1.0\r\n\r\n");
        assertThat(values(head, "X-Forwarded-Host")).isEmpty();
        assertThat(head).doesNotContain("host=").contains("\r\nVia: 1.0 tpp\r\n");
    }

    @Test
    void theUpstreamIsCalledByItsOwnNameUnlessTheClientsIsPreserved() throws Exception {
        assertThat(values(forwarded(wary), "Host")).containsExactly("127.0.0.1:" + wary.upstream.port());
        assertThat(values(forwarded(trusting), "Host")).containsExactly("tpp:80");
        assertThat(values(trusting.forwarded("GET / HTTP/1.0\r\n\r\n"), "Host"))
                .containsExactly("127.0.0.1:" + trusting.upstream.port());
    }

    @Test
    void viaIsAppendedToWhatIsThere() throws Exception {
        assertThat(values(forwarded(wary, "Via: 1.0 fred, 1.1 p.example.net"), "Via"))
                .containsExactly("1.0 fred, 1.1 p.example.net", "1.1 tpp");
    }
}
