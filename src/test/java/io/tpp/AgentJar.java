package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** A Java agent that does nothing, with the class by which the OpenTelemetry agent is known. */
final class AgentJar {
    private static final String CLASS = "io/opentelemetry/javaagent/OpenTelemetryAgent";

    private AgentJar() {}

    /** Returns the options of the Java machine with which {@code tpp.jar} runs under it. */
    static List<String> create(Path folder) throws Exception {
        Path source = folder.resolve("OpenTelemetryAgent.java");
        Files.writeString(
                source,
                "package io.opentelemetry.javaagent;"
                        + " public final class OpenTelemetryAgent { public static void premain(String options) {} }");
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString()))
                .isZero();
        Path jar = folder.resolve("agent.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest())) {
            out.putNextEntry(new ZipEntry(CLASS + ".class"));
            Files.copy(folder.resolve(CLASS + ".class"), out);
        }
        return List.of("-javaagent:" + jar, "-jar", "target/tpp.jar");
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), CLASS.replace('/', '.'));
        return manifest;
    }
}
