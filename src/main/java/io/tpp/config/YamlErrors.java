package io.tpp.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Says what is wrong with a text that is not YAML, in words of its own: the parser's messages quote
 * the text, which may be a password.
 */
final class YamlErrors {
    private static final Map<String, String> HINTS = hints();

    private YamlErrors() {}

    private static Map<String, String> hints() {
        // By the start of the parser's message; the first match counts.
        Map<String, String> hints = new LinkedHashMap<>();
        hints.put(
                "mapping values are not allowed here",
                "a ':' is not expected here: the indentation is wrong, or a value that holds ': ' needs quotes");
        hints.put("found unexpected end of stream", "a quote is not closed");
        hints.put("could not find expected ':'", "a ':' after a key is missing, or a quote is not closed");
        hints.put("found character '\\t", "a tab stands where only blanks are allowed");
        hints.put("found character", "a value that starts with a special character needs quotes");
        hints.put("found unknown escape character", "in double quotes, a backslash must be written twice");
        return hints;
    }

    static String message(YAMLException e) {
        if (e instanceof ReaderException) {
            return "not valid YAML: a control character is not allowed";
        }
        String problem = e instanceof MarkedYAMLException marked ? String.valueOf(marked.getProblem()) : "";
        for (Map.Entry<String, String> hint : HINTS.entrySet()) {
            if (problem.startsWith(hint.getKey())) {
                return "not valid YAML: " + hint.getValue();
            }
        }
        return "not valid YAML: look for wrong indentation, or a value that needs quotes";
    }

    static String position(String fileName, String text, YAMLException e) {
        if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return fileName + ":" + startLine(marked);
        }
        if (e instanceof ReaderException reader) {
            return fileName + ":" + (1 + lineBreaks(text, reader.getPosition()));
        }
        return fileName;
    }

    /** An open quote is noticed only at the end of the file; where it was opened is what helps. */
    private static int startLine(MarkedYAMLException e) {
        boolean quote =
                e.getContextMark() != null && String.valueOf(e.getContext()).contains("quoted scalar");
        return 1 + (quote ? e.getContextMark() : e.getProblemMark()).getLine();
    }

    private static long lineBreaks(String text, int codePoints) {
        return text.codePoints().limit(codePoints).filter(c -> c == '\n').count();
    }
}
