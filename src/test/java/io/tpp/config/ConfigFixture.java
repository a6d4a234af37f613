package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tpp.token.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Writes configuration files into a folder and loads them. */
record ConfigFixture(Path folder) {
    /** What every configuration needs, in seven lines. */
    static final String MINIMAL = "upstream:\n  host: h\ncredential:\n  username: u\n  password: p\n";

    Path write(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LoadedConfig load(String yaml) {
        return load(yaml, Map.of());
    }

    LoadedConfig load(String yaml, Map<String, String> environment) {
        try {
            return new ConfigLoader(environment).load(write("config.yaml", yaml));
        } catch (ConfigException e) {
            throw new AssertionError("problems: " + e.problems(), e);
        }
    }

    /** Loads MINIMAL and one more line. */
    TppConfig with(String yaml) {
        return load(MINIMAL + yaml).config();
    }

    List<Credential> credentials(String yaml) {
        return load("upstream: {host: h}\n" + yaml).config().credentials().users();
    }

    /** Returns the only password of a configuration. */
    String password(String yaml) {
        List<Credential> credentials = credentials(yaml);
        assertThat(credentials).hasSize(1);
        return credentials.get(0).password().reveal();
    }

    List<String> problems(String yaml) {
        return problems(yaml, Map.of());
    }

    List<String> problems(String yaml, Map<String, String> environment) {
        return problems(write("config.yaml", yaml), environment);
    }

    /** Returns the problems of the environment alone. */
    static List<String> problemsOf(Map<String, String> environment) {
        return catchProblems(() -> new ConfigLoader(environment).load(null));
    }

    static List<String> problems(Path file, Map<String, String> environment) {
        return catchProblems(() -> new ConfigLoader(environment).load(file));
    }

    private static List<String> catchProblems(ThrowingCallable load) {
        ConfigException e = catchThrowableOfType(ConfigException.class, load);
        assertThat(e).as("a configuration error").isNotNull();
        assertThat(e.problems()).allSatisfy(problem -> assertThat(problem).doesNotContain("\n", "\r"));
        return e.problems();
    }
}
