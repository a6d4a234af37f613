package io.tpp.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of HTTP/1.x as RFC 9112 says, and nothing that it does not allow: what nobody may read in another way.
 * Stops at the first that is not whole and well-formed.
 */
public final class StrictParser {
    private static final Pattern LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) +([\\x21-\\xff&&[^\\x7f#]]+) +(?i:HTTP)/1\\.([01])");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\x20-\\xff\\t&&[^\\x7f]]*?)[ \\t]*");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?]*");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,8})(?:[ \\t]*;[^\\r\\n]*)?");

    private final String bytes;
    private int at;

    /**
     * A request.
     *
     * @param fields {@code name: value}, names in lower case
     * @param body null: it is not whole or not well-formed, and nothing follows
     */
    public record Request(
            String method,
            String target,
            List<String> fields,
            @Nullable String body) {
        public List<String> values(String name) {
            return fields.stream()
                    .filter(field -> field.startsWith(name + ": "))
                    .map(field -> field.substring(name.length() + 2))
                    .toList();
        }

        /** Returns the target as it is sent to an origin server: without scheme and authority. */
        public String originTarget() {
            Matcher authority = AUTHORITY.matcher(target);
            String origin = authority.lookingAt() ? target.substring(authority.end()) : target;
            return origin.isEmpty() || origin.startsWith("?") ? "/" + origin : origin;
        }

        /** Returns the SHA-256 of the body, which must be whole, in lower-case hexadecimal digits. */
        public String bodyDigest() {
            if (body == null) {
                throw new AssertionError("the body is not whole: " + this);
            }
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                return HexFormat.of().formatHex(sha256.digest(body.getBytes(StandardCharsets.ISO_8859_1)));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has it", e);
            }
        }

        /** Returns the names that {@code Connection} lists. */
        public Set<String> namedByConnection() {
            Set<String> names = new TreeSet<>();
            values("connection").forEach(value -> {
                for (String name : value.split(",", -1)) {
                    names.add(name.strip().toLowerCase(Locale.ROOT));
                }
            });
            return names;
        }
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private StrictParser(String bytes) {
        this.bytes = bytes;
    }

    /** Returns the requests that a connection begins with. */
    public static List<Request> parse(String bytes) {
        StrictParser parser = new StrictParser(bytes);
        List<Request> requests = new ArrayList<>();
        try {
            while (parser.at < bytes.length()) {
                Request head = parser.head();
                requests.add(head);
                requests.set(requests.size() - 1, parser.whole(head));
            }
        } catch (Stop end) {
            return requests;
        }
        return requests;
    }

    private String line() {
        int end = bytes.indexOf("\r\n", at);
        String line = end < 0 ? "\n" : bytes.substring(at, end);
        require(line.indexOf('\n') < 0 && line.indexOf('\r') < 0);
        at = end + 2;
        return line;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new Stop();
        }
    }

    private Request whole(Request head) {
        return new Request(head.method(), head.target(), head.fields(), body(head));
    }

    private Request head() {
        String first = line();
        while (first.isEmpty()) {
            first = line();
        }
        Matcher matcher = LINE.matcher(first);
        require(matcher.matches());
        List<String> fields = fields();
        boolean knowsChunks = matcher.group(3).equals("1");
        Request head = new Request(matcher.group(1), matcher.group(2), fields, null);
        require(knowsChunks || head.values("transfer-encoding").isEmpty());
        require(head.values("content-length").size()
                        + head.values("transfer-encoding").size()
                <= 1);
        return head;
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher matcher = FIELD.matcher(line);
            require(matcher.matches());
            fields.add(matcher.group(1).toLowerCase(Locale.ROOT) + ": " + matcher.group(2));
        }
        return fields;
    }

    private String body(Request head) {
        List<String> lengths = head.values("content-length");
        List<String> codings = head.values("transfer-encoding");
        if (!codings.isEmpty()) {
            require(codings.get(0).equalsIgnoreCase("chunked"));
            return chunks();
        }
        if (lengths.isEmpty()) {
            return "";
        }
        require(lengths.get(0).matches("[0-9]{1,9}"));
        return take(Integer.parseInt(lengths.get(0)));
    }

    private String take(int length) {
        require(length <= bytes.length() - at);
        at += length;
        return bytes.substring(at - length, at);
    }

    private String chunks() {
        StringBuilder body = new StringBuilder();
        while (true) {
            Matcher matcher = CHUNK.matcher(line());
            require(matcher.matches());
            long size = Long.parseLong(matcher.group(1), 16);
            if (size == 0) {
                fields();
                return body.toString();
            }
            require(size <= bytes.length());
            body.append(take((int) size));
            require(line().isEmpty());
        }
    }
}
