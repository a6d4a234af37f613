package io.tpp.config;

import io.tpp.config.Layer.CredentialEntry;
import io.tpp.config.Layer.CredentialList;
import io.tpp.config.YamlNode.Entry;
import io.tpp.config.YamlNode.Mapping;
import io.tpp.config.YamlNode.Scalar;
import io.tpp.config.YamlNode.Sequence;
import io.tpp.config.YamlNode.Unusable;
import io.tpp.secret.Secret;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the known keys in a YAML document and reports everything else in it. One thread. */
final class FileLayer {
    private static final String CREDENTIALS = "credentials";
    private static final Set<String> SECTIONS = sections();

    private final String fileName;
    private final Problems problems;
    private final Map<String, Integer> firstLines = new HashMap<>();
    private final Map<Key, Setting> settings = new EnumMap<>(Key.class);
    private @Nullable CredentialList list;

    private FileLayer(String fileName, Problems problems) {
        this.fileName = fileName;
        this.problems = problems;
    }

    static Layer read(String fileName, Mapping root, Problems problems) {
        FileLayer layer = new FileLayer(fileName, problems);
        root.entries().forEach(layer::topLevel);
        return new Layer(layer.settings, layer.list);
    }

    private static Set<String> sections() {
        Set<String> sections = new TreeSet<>();
        for (Key key : Key.values()) {
            sections.add(key.section());
        }
        sections.remove("");
        return Set.copyOf(sections);
    }

    private void topLevel(Entry entry) {
        String name = entry.key();
        if (SECTIONS.contains(name)) {
            if (isFirst(name, entry)) {
                section(name, name, entry.value(), settings);
            }
        } else if (name.equals(CREDENTIALS)) {
            if (isFirst(name, entry)) {
                credentials(entry);
            }
        } else if (name.indexOf('.') >= 0 && Key.of(name) != null) {
            problems.add(at(entry.line()), name + " must be written as two lines, the second one indented");
        } else {
            key(name, Key.of(name), entry, settings);
        }
    }

    /** Reads a map of keys; {@code shownName} is what it is called, {@code section} what its keys belong to. */
    private void section(String shownName, String section, YamlNode node, Map<Key, Setting> into) {
        if (node instanceof Mapping map) {
            for (Entry entry : map.entries()) {
                key(shownName + "." + entry.key(), Key.of(section + "." + entry.key()), entry, into);
            }
        } else if (!isNull(node)) {
            wrongShape(node, shownName + " must be a map of keys, one a line and indented");
        }
    }

    private void key(String name, @Nullable Key key, Entry entry, Map<Key, Setting> into) {
        if (key == null) {
            problems.add(at(entry.line()), UnknownKeys.describe(name));
        } else if (isFirst(name, entry)) {
            value(name, key, entry.value(), into);
        }
    }

    private void value(String name, Key key, YamlNode node, Map<Key, Setting> into) {
        if (key.type().list() && node instanceof Sequence sequence && areScalars(sequence)) {
            into.put(key, Setting.of(joined(sequence, key.type().separator()), at(node.line())));
        } else if (!(node instanceof Scalar scalar)) {
            wrongShape(node, name + (key.type().list() ? " must be a list of values" : " must be a single value"));
            into.put(key, Setting.broken(at(node.line())));
        } else if (!scalar.isNull() || key.type().literal()) {
            into.put(key, Setting.of(scalar.text(), at(scalar.line())));
        } else if (key.defaultValue().text() != null) {
            problems.add(
                    at(scalar.line()),
                    name + " has no value; its default is " + key.defaultValue().text());
            into.put(key, Setting.broken(at(scalar.line())));
        }
    }

    private static boolean areScalars(Sequence sequence) {
        return sequence.items().stream().allMatch(item -> item instanceof Scalar && !isNull(item));
    }

    /** Returns a list as it could be written in one line. */
    private static Secret joined(Sequence sequence, String separator) {
        String texts = sequence.items().stream()
                .map(item -> ((Scalar) item).text().reveal())
                .collect(Collectors.joining(separator));
        return Secret.of(sequence.items().isEmpty() ? "none" : texts);
    }

    private void credentials(Entry entry) {
        if (entry.value() instanceof Sequence sequence) {
            List<CredentialEntry> entries = new ArrayList<>();
            for (YamlNode item : sequence.items()) {
                entries.add(credential(CREDENTIALS + "[" + entries.size() + "]", item));
            }
            list = new CredentialList(entries, at(entry.line()));
        } else if (isNull(entry.value())) {
            list = new CredentialList(List.of(), at(entry.line()));
        } else {
            wrongShape(entry.value(), "credentials must be a list, each entry with username and password");
            list = new CredentialList(List.of(brokenCredential(CREDENTIALS, entry.line())), at(entry.line()));
        }
    }

    private CredentialEntry credential(String name, YamlNode item) {
        if (item instanceof Mapping) {
            Map<Key, Setting> into = new EnumMap<>(Key.class);
            section(name, "credential", item, into);
            return new CredentialEntry(name, at(item.line()), into);
        }
        wrongShape(item, name + " must be a map of username and password");
        return brokenCredential(name, item.line());
    }

    private CredentialEntry brokenCredential(String name, int line) {
        Setting broken = Setting.broken(at(line));
        return new CredentialEntry(
                name, at(line), Map.of(Key.CREDENTIAL_USERNAME, broken, Key.CREDENTIAL_PASSWORD, broken));
    }

    private boolean isFirst(String name, Entry entry) {
        Integer first = firstLines.putIfAbsent(name, entry.line());
        if (first != null) {
            problems.add(at(entry.line()), name + " is given twice, first on line " + first);
        }
        return first == null;
    }

    /** The value itself is not shown: whatever stands at an unexpected place may be a password. */
    private void wrongShape(YamlNode node, String message) {
        if (!(node instanceof Unusable)) {
            problems.add(at(node.line()), message);
        }
    }

    private static boolean isNull(YamlNode node) {
        return node instanceof Scalar scalar && scalar.isNull();
    }

    private String at(int line) {
        return fileName + ":" + line;
    }
}
