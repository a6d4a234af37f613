package io.tpp.access;

import io.tpp.secret.Secret;
import io.tpp.secret.SecretHash;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A new API key. TPP itself knows only its hash.
 *
 * @param text what the client sends: 256 random bits, with a beginning by which scanners for leaked secrets know it
 */
public record ApiKey(Secret text) {
    private static final String BEGINNING = "tpp_";
    private static final int RANDOM_BYTES = 32;

    /** As long as it cannot break a log line, a page or a file, nor be taken for an address or a subject. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._@-]{0,63}");

    /** What a name may be, for messages. */
    public static final String NAME_RULE = "at most 64 letters, digits and any of - . _ @, a letter first";

    public static ApiKey create(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new ApiKey(
                Secret.of(BEGINNING + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
    }

    /** Returns whether a client can be called so. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the line of {@code access.api_keys_file} that lets this key in under a name. */
    public String line(String name) {
        return name + ":" + SecretHash.of(text.reveal()).hex();
    }
}
