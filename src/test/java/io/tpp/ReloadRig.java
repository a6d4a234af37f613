package io.tpp;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.config.ConfigLoader;
import io.tpp.simulator.DolphinDbSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A {@link Rig} whose configuration is in a file, which can be changed and read again. */
final class ReloadRig implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    final Rig rig;
    final Path file;
    private final Map<String, String> keys = new TreeMap<>();

    private ReloadRig(Path folder, DolphinDbSimulator simulator, Map<String, String> environment, String... settings)
            throws Exception {
        file = folder.resolve("config.yaml");
        set("listen", "127.0.0.1:0", "health_listen", "127.0.0.1:0");
        set("upstream.host", "127.0.0.1", "upstream.port", String.valueOf(simulator.port()));
        set("credential.username", "admin", "credential.password", "'123456'");
        set(settings);
        write();
        TppServer server = new TppServer(new ConfigLoader(environment).load(file));
        server.start();
        rig = Rig.of(simulator, server);
        rig.awaitPool(pool -> pool.available() == pool.size());
    }

    /** Starts with all tokens there; {@code settings} are pairs of key and value. */
    static ReloadRig start(Path folder, String... settings) throws Exception {
        return start(folder, Map.of(), settings);
    }

    static ReloadRig start(Path folder, Map<String, String> environment, String... settings) throws Exception {
        return new ReloadRig(folder, DolphinDbSimulator.start(), environment, settings);
    }

    private void set(String... settings) {
        for (int i = 0; i < settings.length; i += 2) {
            if (settings[i + 1].isEmpty()) {
                keys.remove(settings[i]);
            } else {
                keys.put(settings[i], settings[i + 1]);
            }
        }
    }

    private void write() {
        StringBuilder yaml = new StringBuilder();
        keys.keySet().stream()
                .collect(groupingBy(ReloadRig::section, TreeMap::new, java.util.stream.Collectors.toList()))
                .forEach((section, paths) -> {
                    yaml.append(section.isEmpty() ? "" : section + ":\n");
                    paths.forEach(path -> yaml.append(
                                    section.isEmpty() ? path : "  " + path.substring(section.length() + 1))
                            .append(": ")
                            .append(keys.get(path))
                            .append('\n'));
                });
        writeText(yaml.toString());
    }

    private static String section(String path) {
        return path.substring(0, Math.max(0, path.indexOf('.')));
    }

    /** Writes any text into the file. */
    void writeText(String yaml) {
        try {
            // As an editor does: never half of it.
            Path next = Files.writeString(file.resolveSibling("config.yaml.new"), yaml);
            Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets keys in the file; an empty value takes one out. */
    void edit(String... settings) {
        set(settings);
        write();
    }

    /** Reads the file again, whatever comes of it. */
    ReloadResult reload() throws Exception {
        return rig.server.tpp().reload().now("test").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sets keys and has them taken over. */
    List<String> change(String... settings) throws Exception {
        edit(settings);
        ReloadResult result = reload();
        assertThat(result.problems()).isEmpty();
        assertThat(result.needRestart()).isEmpty();
        return result.changes();
    }

    @Override
    public void close() {
        rig.close();
    }
}
