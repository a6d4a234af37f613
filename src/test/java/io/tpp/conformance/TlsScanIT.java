package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.testing.Command;
import io.tpp.testing.Programs;
import io.tpp.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code testssl.sh} finds of TPP's TLS: protocols, ciphers, server defaults, headers and known weaknesses. */
@Tag("conformance")
class TlsScanIT {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Severities of what is good, or worth knowing. */
    private static final Set<String> FINE = Set.of("OK", "INFO");

    /** The severity of what it could not look at. */
    private static final String NOT_DONE = "WARN";

    /** What is not TPP's to say, and why. */
    private static final Map<String, String> NOT_OF_TPP = Map.of(
            "cert_revocation", "a certificate made for a test has nobody who would revoke it",
            "DNS_CAArecord", "127.0.0.1 has no records",
            "HSTS", "would bind all ports of the host, DolphinDB's own too, and clients are no browsers",
            "security_headers", "are for pages; the upstream's answers pass as they are");

    /** What must have been looked at, so that nothing found is not nothing done. */
    private static final List<String> LOOKED_AT = List.of(
            "SSLv3",
            "TLS1_2",
            "TLS1_3",
            "ALPN_HTTP2",
            "cipherlist_NULL",
            "cipher_order",
            "PFS",
            "cert_chain_of_trust",
            "heartbleed",
            "secure_client_renego",
            "ROBOT",
            "BREACH",
            "SWEET32",
            "LUCKY13",
            "RC4",
            "HSTS");

    @Test
    void findsNothingAboveInformational() throws Exception {
        Path folder = Packages.folder("testssl");
        TestCertificates certificates = TestCertificates.in(folder);
        certificates.serve(certificates.serious());
        Path found = folder.resolve("found.json");
        Files.deleteIfExists(found);
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start();
                ProxyJar tpp = ProxyJar.inFrontOf(simulator, 4, certificates.settings())) {
            Path program = Programs.find("testssl", "apt-get install testssl.sh bsdextrautils dnsutils");
            Command.of(program, "--ip", "one", "--quiet", "--color", "0", "--warnings", "off")
                    .and(List.of("--add-ca", certificates.caFile().toString(), "--jsonfile", found.toString()))
                    .and(List.of("-p", "-s", "-f", "-P", "-S", "-h", "-U"))
                    .and(List.of("https://localhost:" + tpp.port()))
                    .in(folder)
                    .run(LIMIT);
            tpp.awaitWholePool();
        }
        List<JsonNode> findings = read(found);
        List<JsonNode> done = findings.stream()
                .filter(finding -> !severity(finding).equals(NOT_DONE))
                .toList();
        assertThat(done.stream().map(TlsScanIT::id)).containsAll(LOOKED_AT);
        assertThat(done.stream()
                        .filter(finding -> !FINE.contains(severity(finding)))
                        .filter(finding -> !NOT_OF_TPP.containsKey(id(finding))))
                .isEmpty();
    }

    private static List<JsonNode> read(Path file) throws Exception {
        List<JsonNode> findings = new ArrayList<>();
        new ObjectMapper().readTree(file.toFile()).forEach(findings::add);
        return findings;
    }

    private static String severity(JsonNode finding) {
        return finding.path("severity").asText();
    }

    private static String id(JsonNode finding) {
        // With the certificate's number behind it, if there are several.
        return finding.path("id").asText().split(" ", 2)[0];
    }
}
