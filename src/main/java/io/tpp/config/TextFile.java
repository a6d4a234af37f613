package io.tpp.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the small text files that make up the configuration. */
final class TextFile {
    private static final int MAX_BYTES = 10 * 1024 * 1024;

    private TextFile() {}

    /**
     * Returns the text of a file in UTF-8, without a byte order mark.
     *
     * @throws InvalidValue saying why it cannot be read; neither the path nor the content is in it
     */
    static String read(Path path) throws InvalidValue {
        if (Files.isDirectory(path)) {
            throw InvalidValue.unshown("cannot be read: it is a directory");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return decode(in.readNBytes(MAX_BYTES + 1));
        } catch (NoSuchFileException e) {
            throw InvalidValue.unshown("cannot be read: no such file");
        } catch (AccessDeniedException e) {
            throw InvalidValue.unshown("cannot be read: permission denied");
        } catch (CharacterCodingException e) {
            throw InvalidValue.unshown("cannot be read: it is not text in UTF-8");
        } catch (IOException e) {
            throw InvalidValue.unshown("cannot be read: input error");
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException, InvalidValue {
        if (bytes.length > MAX_BYTES) {
            throw InvalidValue.unshown("cannot be read: it is larger than " + MAX_BYTES + " bytes");
        }
        // A new decoder reports malformed input, where new String(...) would replace it.
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
