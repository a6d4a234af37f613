package io.tpp.dolphindb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The fields with which a JSON object begins, as long as they are as DolphinDB writes most of them: strings of ASCII
 * without escapes, and nothing between them but what must be. Whatever else comes is left to a real parser, which takes as long
 * to begin as this takes for all of them.
 *
 * <p>Not thread-safe.
 */
final class PlainFields {
    private final ByteBuffer bytes;
    private int at;
    private int nameBegin;
    private int nameEnd;
    private int valueBegin;
    private int valueEnd;

    /** {@code bytes}: what there is, from index 0 on; its position and limit stay. */
    PlainFields(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Goes on to the next field; returns false if there is none, or not a plain one. */
    boolean next() {
        if (!skip(at == 0 ? '{' : ',') || !skip('"')) {
            return false;
        }
        nameBegin = at;
        nameEnd = stringEnd();
        if (!skip('"') || !skip(':') || !skip('"')) {
            return false;
        }
        valueBegin = at;
        valueEnd = stringEnd();
        return skip('"');
    }

    private boolean skip(char expected) {
        boolean found = at < bytes.limit() && bytes.get(at) == expected;
        at++;
        return found;
    }

    /** Goes to the first byte that is not plain, or the end. */
    private int stringEnd() {
        while (at < bytes.limit() && isPlain(bytes.get(at))) {
            at++;
        }
        return at;
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b != '"' && b != '\\';
    }

    /** Returns whether the field has that name, which is ASCII. */
    boolean isNamed(String name) {
        if (nameEnd - nameBegin != name.length()) {
            return false;
        }
        int i = 0;
        while (i < name.length() && bytes.get(nameBegin + i) == name.charAt(i)) {
            i++;
        }
        return i == name.length();
    }

    String value() {
        byte[] text = new byte[valueEnd - valueBegin];
        bytes.get(valueBegin, text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
