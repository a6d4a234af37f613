package io.tpp.simulator;

import io.tpp.simulator.HttpFields.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests off a connection, strictly (RFC 9112), because a proxy that sends something
 * ambiguous is to be found out and not helped along.
 */
final class RequestReader {
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";
    private static final int FIELD_LIMIT = 10_000;

    private final HttpInput in;
    private final RequestBody.Continue sendContinue;

    RequestReader(HttpInput in, RequestBody.Continue sendContinue) {
        this.in = in;
        this.sendContinue = sendContinue;
    }

    /** Waits for the next request. Returns null if the connection ends in good order. */
    @Nullable
    HttpRequest next() throws IOException {
        String line = in.line();
        if (line != null && line.isEmpty()) {
            line = in.line();
        }
        if (line == null) {
            return null;
        }
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || parts[1].isEmpty() || !isToken(parts[0])) {
            throw new BadRequestException("a request line is not method, target and version");
        }
        HttpFields headers = headers();
        return new HttpRequest(parts[0], parts[1], minorVersion(parts[2]), headers, body(headers));
    }

    private static int minorVersion(String version) throws BadRequestException {
        return switch (version) {
            case "HTTP/1.1" -> 1;
            case "HTTP/1.0" -> 0;
            default -> throw new BadRequestException("a request is not of HTTP/1.0 or HTTP/1.1");
        };
    }

    private HttpFields headers() throws IOException {
        List<Field> fields = new ArrayList<>();
        while (true) {
            String line = in.line();
            if (line == null) {
                throw new IOException("the connection ended within a head");
            }
            if (line.isEmpty()) {
                return new HttpFields(fields);
            }
            fields.add(field(line));
            if (fields.size() > FIELD_LIMIT) {
                throw new BadRequestException("a request has more than " + FIELD_LIMIT + " header fields");
            }
        }
    }

    private static Field field(String line) throws BadRequestException {
        int colon = line.indexOf(':');
        if (colon < 0 || !isToken(line.substring(0, colon))) {
            throw new BadRequestException("a header field has no proper name");
        }
        String value = line.substring(colon + 1).strip();
        if (value.indexOf('\0') >= 0) {
            throw new BadRequestException("a header field holds a NUL");
        }
        return new Field(line.substring(0, colon), value);
    }

    private RequestBody body(HttpFields headers) throws BadRequestException {
        List<String> encodings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (lengths.size() + encodings.size() > 1) {
            throw new BadRequestException("a request says more than once how long its body is");
        }
        RequestBody.Continue expectation =
                headers.lists("Expect", "100-continue") ? sendContinue : RequestBody.Continue.NOT_EXPECTED;
        if (encodings.isEmpty()) {
            return RequestBody.ofLength(in, lengths.isEmpty() ? 0 : length(lengths.get(0)), expectation);
        }
        if (!encodings.get(0).equalsIgnoreCase("chunked")) {
            throw new BadRequestException("a request has a Transfer-Encoding other than chunked");
        }
        return RequestBody.chunked(in, expectation);
    }

    private static long length(String text) throws BadRequestException {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new BadRequestException("a Content-Length is not a number");
        }
        return Long.parseLong(text);
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(RequestReader::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }
}
