package io.tpp.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One of the status page's files, out of the jar. Immutable. */
record PageFile(String contentType, String text) {
    static PageFile read(String name, String contentType) {
        try (InputStream in = PageFile.class.getResourceAsStream("status/" + name)) {
            byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
            return new PageFile(contentType, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer answer() {
        return new Answer(200, contentType, text);
    }
}
