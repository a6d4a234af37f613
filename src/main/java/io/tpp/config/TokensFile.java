package io.tpp.config;

import io.tpp.token.BearerToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file named by {@code tokens_file}: one ready-made access token a line.
 *
 * <p>Blank lines and lines that start with {@code #} do not count, nor do blanks around a token.
 */
final class TokensFile {
    private TokensFile() {}

    /** Returns the tokens of the file; lines that are none are problems, reported without their content. */
    static List<StaticToken> parse(String fileName, String text, Problems problems) {
        List<StaticToken> tokens = new ArrayList<>();
        Map<BearerToken, Integer> lines = new HashMap<>();
        int before = problems.count();
        for (TextLines.Line line : TextLines.of(text)) {
            String source = fileName + ":" + line.number();
            try {
                BearerToken token = token(line.text().strip());
                Integer first = lines.putIfAbsent(token, line.number());
                if (first == null) {
                    tokens.add(new StaticToken(token, source));
                } else {
                    problems.add(source, "is the token of line " + first + " again; one token serves one connection");
                }
            } catch (InvalidValue e) {
                problems.add(source, "the line " + e.getMessage());
            }
        }
        if (tokens.isEmpty() && problems.count() == before) {
            problems.add(fileName, "holds no tokens; each line is one access token");
        }
        return tokens;
    }

    private static BearerToken token(String text) throws InvalidValue {
        if (text.chars().anyMatch(Character::isWhitespace)) {
            throw InvalidValue.unshown("must be one token and nothing else, but there is a blank in it");
        }
        try {
            return BearerToken.of(text);
        } catch (IllegalArgumentException e) {
            // Not its message, which names a character of what is secret.
            throw InvalidValue.unshown(
                    "is no token that a header can carry: at most 4096 letters, digits and any of - . _ ~ + / =");
        }
    }
}
