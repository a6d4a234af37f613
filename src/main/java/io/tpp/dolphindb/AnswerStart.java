package io.tpp.dolphindb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteBufferFeeder;
import io.tpp.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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

    /** The code of an answer to what did not fail; its message is empty. */
    static final String SUCCESS = "0";

    private static final int LIMIT = 4096;

    /** The fields of the envelopes of REST and of the JSON API that tell something of the token. */
    private static final List<String> TOLD = List.of("user", "userId", "code", "resultCode", "message", "msg");

    private static final JsonFactory JSON = Json.factory();

    private final Pattern pattern;
    private final boolean successIsSuspect;
    private final boolean guestIsRefused;

    /** Null: the beginning is plain so far, or nothing has come. */
    private @Nullable JsonParser parser;

    private int seen;
    private int depth;
    private String field = "";
    private @Nullable String user;
    private @Nullable String code;
    private @Nullable String message;
    private Finding finding = Finding.OPEN;

    /** {@code successIsSuspect}: whether the pattern matches what nearly all answers say, so that it need not be asked. */
    AnswerStart(Pattern pattern, boolean successIsSuspect, boolean guestIsRefused) {
        this.pattern = pattern;
        this.successIsSuspect = successIsSuspect;
        this.guestIsRefused = guestIsRefused;
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
            finding = seen == 0 ? readFirst(part) : read(part);
            seen += part.limit();
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
            if (parser != null) {
                parser.close();
            }
        } catch (IOException unreachable) {
            throw new IllegalStateException("it reads from nowhere", unreachable);
        }
    }

    private Finding readFirst(ByteBuffer part) {
        PlainFields fields = new PlainFields(part);
        while (fields.next()) {
            Finding found = read(fields);
            if (found != Finding.OPEN) {
                return found;
            }
        }
        // The parser reads from the first byte, and what comes first counts.
        user = null;
        code = null;
        message = null;
        return read(part);
    }

    private Finding read(PlainFields fields) {
        for (String name : TOLD) {
            if (fields.isNamed(name)) {
                return read(name, fields.value());
            }
        }
        return Finding.OPEN;
    }

    private Finding read(ByteBuffer part) {
        JsonParser json = parser;
        if (json == null) {
            json = newParser();
            parser = json;
        }
        try {
            ((ByteBufferFeeder) json.getNonBlockingInputFeeder()).feedInput(part);
            JsonToken token = json.nextToken();
            while (token != JsonToken.NOT_AVAILABLE) {
                Finding found = token == null ? Finding.NOTHING : read(json, token);
                if (found != Finding.OPEN) {
                    return found;
                }
                token = json.nextToken();
            }
            return Finding.OPEN;
        } catch (IOException notJson) {
            return Finding.NOTHING;
        }
    }

    private Finding read(JsonParser json, JsonToken token) throws IOException {
        if (depth == 0 && token != JsonToken.START_OBJECT) {
            return Finding.NOTHING;
        }
        if (token.isStructStart()) {
            depth++;
        } else if (token.isStructEnd()) {
            depth--;
            return depth == 0 ? Finding.NOTHING : Finding.OPEN;
        } else if (depth == 1) {
            return readField(json, token);
        }
        return Finding.OPEN;
    }

    private Finding readField(JsonParser json, JsonToken token) throws IOException {
        if (token == JsonToken.FIELD_NAME) {
            field = json.currentName();
            return Finding.OPEN;
        }
        return read(field, json.getText());
    }

    private Finding read(String name, String value) {
        switch (name) {
            case "user", "userId" -> user = value;
            case "code", "resultCode" -> code = value;
            case "message", "msg" -> message = value;
            default -> {
                return Finding.OPEN;
            }
        }
        return judge();
    }

    /** Returns whether the pattern says of a code and a message that the token is dead. */
    static boolean matches(Pattern pattern, String code, String message) {
        return BoundedMatch.matches(pattern, code.strip() + " " + message);
    }

    private Finding judge() {
        if (guestIsRefused && user != null && user.equalsIgnoreCase(DeadTokenDetector.GUEST)) {
            return Finding.SUSPECT;
        }
        if (code == null || message == null) {
            return Finding.OPEN;
        }
        boolean success = code.equals(SUCCESS) && message.isEmpty();
        if (success ? successIsSuspect : matches(pattern, code, message)) {
            return Finding.SUSPECT;
        }
        return user == null && guestIsRefused ? Finding.OPEN : Finding.NOTHING;
    }
}
