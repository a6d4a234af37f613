package io.tpp.telemetry;

import io.tpp.secret.KnownSecrets;
import io.tpp.secret.Secret;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of a text that is about to be logged: those TPP holds, by their values; and those it does not
 * know, such as what a client sends, by how they look in what Jetty prints at DEBUG.
 *
 * <p>Whole headers and whole buffers are masked, because a buffer that is cut in the middle of a token shows a part of
 * it that nothing would recognize. Stateless.
 */
final class SecretMask {
    /** A header or header table entry, up to the end of its line. */
    private static final Pattern HEADER = Pattern.compile(
            "(?i)\\b((?:proxy-)?authorization|x-api-key|(?:set-)?cookie)\\b(['\"\\]]?\\s*[:=,]\\s*)[^\\r\\n]+");

    /** As {@code org.eclipse.jetty.util.BufferUtil} prints it: ={consumed<<<content>>>rest}. */
    private static final Pattern BUFFER = Pattern.compile("(?:=\\{[^\\r\\n]*)?<<<[^\\r\\n]*(?:\\}|>>>)");

    private static final Pattern BEARER = Pattern.compile("\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

    private static final Pattern PASSWORD = Pattern.compile(
            "(?i)(pass(?:word|wd)[\"']?\\s*[:=]\\s*)(?:\"(?:\\\\.|[^\"\\\\])*\"?|'[^']*'?|[^\\s\"',;&()}\\]]+)");

    private SecretMask() {}

    /** Returns the text without secrets; the text itself if there is none in it. */
    static String mask(String text) {
        String masked = replace(BUFFER, text, text.contains("<<<"), Secret.MASK);
        masked = replace(HEADER, masked, true, "$1$2" + Secret.MASK);
        masked = replace(BEARER, masked, masked.contains("Bearer") || masked.contains("Basic"), "$1 " + Secret.MASK);
        masked = replace(PASSWORD, masked, true, "$1" + Secret.MASK);
        return KnownSecrets.mask(masked);
    }

    /** As {@link #mask}; null for null. */
    static @Nullable String maskNullable(@Nullable String text) {
        return text == null ? null : mask(text);
    }

    private static String replace(Pattern pattern, String text, boolean likely, String replacement) {
        return likely ? pattern.matcher(text).replaceAll(replacement) : text;
    }
}
