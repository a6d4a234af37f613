package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The repository's Dockerfile, read: the instructions of its last stage. */
final class Dockerfile {
    /** One instruction, such as {@code EXPOSE} with {@code 8080 9090}. */
    record Instruction(String name, String arguments) {}

    private final List<Instruction> stage = new ArrayList<>();

    private Dockerfile() {}

    static Dockerfile read() {
        Dockerfile file = new Dockerfile();
        try {
            String text = Files.readString(Path.of("Dockerfile"))
                    .replaceAll("(?m)^#.*\\R", "")
                    .replaceAll("\\\\\\R\\s*", "");
            text.lines().filter(line -> !line.isBlank()).forEach(file::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private void add(String line) {
        String[] parts = line.split(" ", 2);
        if (parts[0].equals("FROM")) {
            stage.clear();
        }
        stage.add(new Instruction(parts[0], parts[1]));
    }

    List<Instruction> instructions() {
        return stage;
    }

    /** Returns the arguments of the only instruction of that name. */
    String only(String name) {
        List<Instruction> found =
                stage.stream().filter(each -> each.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0).arguments();
    }

    /** Returns the command of the only instruction of that name, which must be in exec form: no shell comes between. */
    List<String> command(String name) {
        String arguments = only(name);
        try {
            return new ObjectMapper()
                    .readValue(arguments.substring(arguments.indexOf('[')), new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new AssertionError(name + " is not in exec form: " + arguments, e);
        }
    }
}
