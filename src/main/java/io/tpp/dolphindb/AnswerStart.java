package io.tpp.dolphindb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteBufferFeeder;
import io.tpp.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The start of one answer's body as it passes, piece by piece: does it say that the token is dead?
 *
 * <p>The envelope's own fields are read, wherever its pieces are cut, and nothing within its values: a table may hold
 * any text. They come first (REST manual, {@code /api/login}; JSON API manual), so no more than the first
 * {@value #LIMIT} bytes are looked at, of which nothing is kept, copied or changed.
 *
 * <p>Not thread-safe.
 */
public final class AnswerStart {
    /** What is known so far. */
    public enum Finding {
        /** Nothing; give it the next piece. */
        OPEN,
        /** The answer does not look like that of a dead token, as far as it was looked at. */
        NOTHING,
        /** It looks like that of a dead token. */
        SUSPECT
    }

    private static final int LIMIT = 4096;
    private static final JsonFactory JSON = Json.factory();

    private final Pattern pattern;
    private final boolean guestIsRefused;
    private final JsonParser parser;
    private int seen;
    private int depth;
    private String field = "";
    private @Nullable String user;
    private @Nullable String code;
    private @Nullable String message;
    private Finding finding = Finding.OPEN;

    AnswerStart(Pattern pattern, boolean guestIsRefused) {
        this.pattern = pattern;
        this.guestIsRefused = guestIsRefused;
        this.parser = newParser();
    }

    private static JsonParser newParser() {
        try {
            return JSON.createNonBlockingByteBufferParser();
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read yet", e);
        }
    }

    /** Looks at the next piece, whose position stays. Never throws. */
    public Finding look(ByteBuffer piece) {
        if (finding == Finding.OPEN) {
            ByteBuffer part = piece.slice();
            part.limit(Math.min(part.limit(), LIMIT - seen));
            seen += part.limit();
            finding = read(part);
            if (finding == Finding.OPEN && seen == LIMIT) {
                finding = Finding.NOTHING;
            }
            if (finding != Finding.OPEN) {
                end();
            }
        }
        return finding;
    }

    /** Nothing more comes; gives the parser's buffers back. */
    public void end() {
        try {
            parser.close();
        } catch (IOException unreachable) {
            throw new IllegalStateException("it reads from nowhere", unreachable);
        }
    }

    private Finding read(ByteBuffer part) {
        try {
            ((ByteBufferFeeder) parser.getNonBlockingInputFeeder()).feedInput(part);
            JsonToken token = parser.nextToken();
            while (token != JsonToken.NOT_AVAILABLE) {
                Finding found = token == null ? Finding.NOTHING : read(token);
                if (found != Finding.OPEN) {
                    return found;
                }
                token = parser.nextToken();
            }
            return Finding.OPEN;
        } catch (IOException notJson) {
            return Finding.NOTHING;
        }
    }

    private Finding read(JsonToken token) throws IOException {
        if (depth == 0 && token != JsonToken.START_OBJECT) {
            return Finding.NOTHING;
        }
        if (token.isStructStart()) {
            depth++;
        } else if (token.isStructEnd()) {
            depth--;
            return depth == 0 ? Finding.NOTHING : Finding.OPEN;
        } else if (depth == 1) {
            return readField(token);
        }
        return Finding.OPEN;
    }

    private Finding readField(JsonToken token) throws IOException {
        if (token == JsonToken.FIELD_NAME) {
            field = parser.currentName();
            return Finding.OPEN;
        }
        switch (field) {
            case "user", "userId" -> user = parser.getText();
            case "code", "resultCode" -> code = parser.getText();
            case "message", "msg" -> message = parser.getText();
            default -> {
                return Finding.OPEN;
            }
        }
        return judge();
    }

    private Finding judge() {
        if (guestIsRefused && user != null && user.equalsIgnoreCase(DeadTokenDetector.GUEST)) {
            return Finding.SUSPECT;
        }
        if (code == null || message == null) {
            return Finding.OPEN;
        }
        if (BoundedMatch.matches(pattern, code.strip() + " " + message)) {
            return Finding.SUSPECT;
        }
        return user == null && guestIsRefused ? Finding.OPEN : Finding.NOTHING;
    }
}
