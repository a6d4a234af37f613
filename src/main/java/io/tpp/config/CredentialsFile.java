package io.tpp.config;

import io.tpp.secret.Secret;
import io.tpp.token.Credential;
import java.util.ArrayList;
import java.util.List;

/**
 * The file named by {@code credentials_file}: {@code username:password} a line.
 *
 * <p>Blank lines and lines that start with {@code #} do not count. The first {@code :} ends the user
 * name; everything after it is the password as it stands, blanks included.
 */
final class CredentialsFile {
    private CredentialsFile() {}

    /** Returns the users of the file; lines that are none are problems, reported without their content. */
    static List<Credential> parse(String fileName, String text, Problems problems) {
        List<Credential> credentials = new ArrayList<>();
        int before = problems.count();
        for (TextLines.Line line : TextLines.of(text)) {
            add(line.text(), fileName + ":" + line.number(), credentials, problems);
        }
        if (credentials.isEmpty() && problems.count() == before) {
            problems.add(fileName, "holds no credentials; each line is username:password");
        }
        return credentials;
    }

    private static void add(String line, String source, List<Credential> credentials, Problems problems) {
        int colon = line.indexOf(':');
        String username = colon < 0 ? "" : line.substring(0, colon).strip();
        if (colon < 0) {
            problems.add(source, "the line must be username:password");
        } else if (username.isEmpty()) {
            problems.add(source, "the user name before the ':' is empty");
        } else if (colon == line.length() - 1) {
            problems.add(source, "the password after the ':' is empty");
        } else {
            credentials.add(new Credential(username, Secret.guarded(line.substring(colon + 1))));
        }
    }
}
