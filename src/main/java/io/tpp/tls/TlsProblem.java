package io.tpp.tls;

import java.nio.file.Path;

/**
 * What is wrong with one of the files.
 *
 * @param why continues a sentence that begins with the file; holds nothing of its content
 */
public record TlsProblem(TlsFiles.Role role, Path file, String why) {
    /** Returns the whole sentence without the configuration key, as in {@code /etc/tls.crt does not exist}. */
    public String message() {
        return file + " " + why;
    }

    /** Returns the whole sentence. */
    @Override
    public String toString() {
        return role.key() + " " + message();
    }
}
