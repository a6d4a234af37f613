package io.tpp.config;

import io.tpp.secret.Secret;

/**
 * The text given for a key, before it is understood.
 *
 * @param text as it was written; a {@link Secret}, because it may be one as long as nobody looked at the key
 * @param source where it stands: {@code config.yaml:12} or the name of a variable
 * @param broken whether something stands there that was already reported as a problem
 */
record Setting(Secret text, String source, boolean broken) {
    static Setting of(Secret text, String source) {
        return new Setting(text, source, false);
    }

    static Setting broken(String source) {
        return new Setting(Secret.of(""), source, true);
    }
}
