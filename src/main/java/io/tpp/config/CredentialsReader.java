package io.tpp.config;

import io.tpp.config.Layer.CredentialEntry;
import io.tpp.config.Layer.CredentialList;
import io.tpp.secret.Secret;
import io.tpp.token.Credential;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the one form in which credentials are given into credentials. One thread, one use. */
final class CredentialsReader {
    private static final String FORMS = "give one of credentials, credentials_file, credential or tokens_file";

    private final Layer layer;
    private final CredentialTexts texts;
    private final Problems problems;
    private final List<Credential> users = new ArrayList<>();
    private final List<StaticToken> tokens = new ArrayList<>();
    private final List<EffectiveValue> values = new ArrayList<>();

    /**
     * What came of it.
     *
     * @param credentials none only if there was a problem
     * @param values how they were given
     * @param single whether it is the form of one user, logged in many times
     */
    record Result(Credentials credentials, List<EffectiveValue> values, boolean single) {}

    CredentialsReader(Layer layer, CredentialTexts texts, Problems problems) {
        this.layer = layer;
        this.texts = texts;
        this.problems = problems;
    }

    /** Reads the credentials; {@code place} is where to mend it if there are none. */
    Result read(String place) {
        List<String> forms = forms();
        CredentialList list = layer.list();
        Setting file = layer.settings().get(Key.CREDENTIALS_FILE);
        Setting tokensFile = layer.settings().get(Key.TOKENS_FILE);
        boolean single = false;
        if (forms.isEmpty()) {
            problems.add(place, "no credentials: " + FORMS + " (or set " + variables() + ")");
        } else if (forms.size() > 1) {
            problems.add(place, String.join(" and ", forms) + " are both given; " + FORMS);
        } else if (list != null) {
            readList(list);
        } else if (file != null) {
            readFile(Key.CREDENTIALS_FILE, file);
        } else if (tokensFile != null) {
            readFile(Key.TOKENS_FILE, tokensFile);
        } else {
            single = true;
            readEntry(single());
        }
        return new Result(new Credentials(users, tokens), values, single);
    }

    private static String variables() {
        return "TPP_CREDENTIAL_USERNAME and TPP_CREDENTIAL_PASSWORD";
    }

    private List<String> forms() {
        List<String> forms = new ArrayList<>();
        if (layer.list() != null) {
            forms.add("credentials (" + layer.list().source() + ")");
        }
        addForm(Key.CREDENTIALS_FILE, forms);
        layer.settings().keySet().stream()
                .filter(Key::ofCredential)
                .findFirst()
                .map(key -> layer.settings().get(key))
                .ifPresent(setting -> forms.add("credential (" + setting.source() + ")"));
        addForm(Key.TOKENS_FILE, forms);
        return forms;
    }

    private void addForm(Key key, List<String> forms) {
        Setting file = layer.settings().get(key);
        if (file != null) {
            forms.add(key.path() + " (" + file.source() + ")");
        }
    }

    private CredentialEntry single() {
        Setting first = layer.settings().entrySet().stream()
                .filter(entry -> entry.getKey().ofCredential())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        return new CredentialEntry("credential", first.source(), layer.settings());
    }

    private void readList(CredentialList list) {
        if (list.entries().isEmpty()) {
            problems.add(list.source(), "credentials is empty; each entry needs username and password");
        }
        list.entries().forEach(this::readEntry);
    }

    private void readFile(Key key, Setting setting) {
        Path path = (Path) Values.parse(key, key.path(), setting, problems);
        if (path == null) {
            return;
        }
        try {
            String text = texts.read(path);
            values.add(new EffectiveValue(key.path(), path.toString(), setting.source()));
            parse(key, ConfigLoader.nameOf(path), text);
        } catch (InvalidValue e) {
            problems.add(setting.source(), key.path() + " " + path.toAbsolutePath() + " " + e.getMessage());
        }
    }

    private void parse(Key key, String fileName, String text) {
        if (key == Key.CREDENTIALS_FILE) {
            users.addAll(CredentialsFile.parse(fileName, text, problems));
            return;
        }
        for (StaticToken token : TokensFile.parse(fileName, text, problems)) {
            values.add(new EffectiveValue(
                    key.path() + "[" + tokens.size() + "]", ValueType.show(token.value()), token.place()));
            tokens.add(token);
        }
    }

    private void readEntry(CredentialEntry entry) {
        Object username = value(entry, Key.CREDENTIAL_USERNAME);
        Secret password = password(entry);
        if (username != null && password != null) {
            users.add(new Credential((String) username, password));
        }
    }

    private @Nullable Secret password(CredentialEntry entry) {
        Setting inline = entry.settings().get(Key.CREDENTIAL_PASSWORD);
        Setting file = entry.settings().get(Key.CREDENTIAL_PASSWORD_FILE);
        if (inline != null && file != null) {
            problems.add(
                    file.source(),
                    entry.name() + ".password (" + inline.source() + ") and " + entry.name()
                            + ".password_file are both given; keep one");
            return null;
        }
        if (file == null) {
            return (Secret) value(entry, Key.CREDENTIAL_PASSWORD);
        }
        Object path = value(entry, Key.CREDENTIAL_PASSWORD_FILE);
        return path == null ? null : readPassword(entry.name(), (Path) path, file.source());
    }

    private @Nullable Secret readPassword(String name, Path path, String source) {
        try {
            String text = texts.read(path).replaceFirst("\r?\n\\z", "");
            if (text.isEmpty()) {
                throw InvalidValue.unshown("names an empty file");
            }
            return Secret.guarded(text);
        } catch (InvalidValue e) {
            // Without the path: people put the password itself here.
            problems.add(source, name + ".password_file " + e.getMessage());
            return null;
        }
    }

    /** Returns a value of an entry and lists it among the effective ones; null after a problem. */
    private @Nullable Object value(CredentialEntry entry, Key key) {
        String name = entry.name() + "." + key.leaf();
        Setting setting = entry.settings().get(key);
        if (setting == null) {
            problems.add(entry.source(), name + " is missing");
            return null;
        }
        Object value = Values.parse(key, name, setting, problems);
        if (value != null) {
            values.add(new EffectiveValue(name, ValueType.show(value), setting.source()));
        }
        return value;
    }
}
