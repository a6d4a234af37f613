package io.tpp.config;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one source of the configuration gives, before it is understood: the file, or the environment. */
record Layer(Map<Key, Setting> settings, @Nullable CredentialList list) {

    /**
     * The list {@code credentials}.
     *
     * @param source where it starts
     */
    record CredentialList(List<CredentialEntry> entries, String source) {
        /** Returns the list of these; null if there are none. */
        static @Nullable CredentialList ofEntries(List<CredentialEntry> entries) {
            return entries.isEmpty()
                    ? null
                    : new CredentialList(entries, entries.get(0).source());
        }
    }

    /**
     * One user, as given.
     *
     * @param name such as {@code credentials[0]} or {@code credential}
     * @param source where it starts
     * @param settings the keys of {@code credential}
     */
    record CredentialEntry(String name, String source, Map<Key, Setting> settings) {}

    /** Returns this layer with these keys as they are in another one. */
    Layer with(Set<Key> keys, Layer other) {
        Map<Key, Setting> merged = new EnumMap<>(Key.class);
        merged.putAll(settings);
        merged.keySet().removeAll(keys);
        keys.stream().filter(other.settings::containsKey).forEach(key -> merged.put(key, other.settings.get(key)));
        return new Layer(merged, list);
    }

    /** Returns this layer with whatever it does not give taken from another. */
    Layer over(Layer below) {
        Map<Key, Setting> merged = new EnumMap<>(Key.class);
        merged.putAll(below.settings);
        boolean ownForm = list != null || settings.keySet().stream().anyMatch(Key::ofCredentials);
        if (ownForm) {
            merged.keySet().removeAll(replacedCredentialKeys());
        }
        merged.putAll(settings);
        return new Layer(merged, ownForm ? list : below.list);
    }

    /** A form of credentials replaces whichever form is below; {@code credential} also a part of the same. */
    private List<Key> replacedCredentialKeys() {
        List<Key> replaced = new ArrayList<>(List.of(Key.CREDENTIALS_FILE, Key.TOKENS_FILE));
        boolean ofCredential = list == null && replaced.stream().noneMatch(settings::containsKey);
        if (!ofCredential || settings.containsKey(Key.CREDENTIAL_USERNAME)) {
            replaced.add(Key.CREDENTIAL_USERNAME);
        }
        boolean password =
                settings.containsKey(Key.CREDENTIAL_PASSWORD) || settings.containsKey(Key.CREDENTIAL_PASSWORD_FILE);
        if (!ofCredential || password) {
            replaced.add(Key.CREDENTIAL_PASSWORD);
            replaced.add(Key.CREDENTIAL_PASSWORD_FILE);
        }
        return replaced;
    }
}
