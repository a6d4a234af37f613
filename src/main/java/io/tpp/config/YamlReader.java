package io.tpp.config;

import io.tpp.config.YamlNode.Entry;
import io.tpp.config.YamlNode.Mapping;
import io.tpp.config.YamlNode.Scalar;
import io.tpp.config.YamlNode.Sequence;
import io.tpp.config.YamlNode.Unusable;
import io.tpp.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.Event.ID;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML into {@link YamlNode}s that know their lines and the text of each value as written.
 *
 * <p>Works on the parser's events, because what is built on top of them makes numbers of passwords
 * and forgets lines. Anchors, aliases and tags are refused: a password that starts with {@code &},
 * {@code *} or {@code !} would otherwise silently lose a part. One thread.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 10;

    private final String fileName;
    private final ParserImpl parser;
    private final Problems problems;

    private YamlReader(String fileName, String text, Problems problems) {
        this.fileName = fileName;
        this.parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
        this.problems = problems;
    }

    /** Returns the map that the text is; null if it is none, which then is a problem. */
    static @Nullable Mapping read(String fileName, String text, Problems problems) {
        try {
            return new YamlReader(fileName, text, problems).document();
        } catch (YAMLException e) {
            problems.add(YamlErrors.position(fileName, text, e), YamlErrors.message(e));
            return null;
        }
    }

    private @Nullable Mapping document() {
        parser.getEvent(); // the stream starts
        if (parser.checkEvent(ID.StreamEnd)) {
            problems.add(fileName, "is empty");
            return null;
        }
        parser.getEvent(); // the document starts
        YamlNode root = node(parser.getEvent(), 0);
        parser.getEvent(); // the document ends
        Event next = parser.getEvent();
        if (!next.is(ID.StreamEnd)) {
            problem(line(next), "a second YAML document starts here; only one is read");
        }
        return mapping(root);
    }

    private @Nullable Mapping mapping(YamlNode root) {
        if (root instanceof Mapping map) {
            return map;
        }
        if (root instanceof Scalar scalar && scalar.isNull()) {
            problems.add(fileName, "is empty");
        } else if (!(root instanceof Unusable)) {
            problem(root.line(), "the file must be a map of keys, such as 'listen: 0.0.0.0:8080'");
        }
        return null;
    }

    private YamlNode node(Event event, int depth) {
        if (depth > MAX_DEPTH) {
            throw new YAMLException("nested too deeply");
        }
        YamlNode node = value(event, depth);
        if (event instanceof AliasEvent) {
            problem(node.line(), "YAML aliases are not supported: a value that starts with '*' needs quotes");
            return new Unusable(node.line());
        }
        if (event instanceof NodeEvent marked && marked.getAnchor() != null) {
            problem(node.line(), "YAML anchors are not supported: a value that starts with '&' needs quotes");
            return new Unusable(node.line());
        }
        if (tagged(event)) {
            problem(node.line(), "YAML tags are not supported: a value that starts with '!' needs quotes");
            return new Unusable(node.line());
        }
        return node;
    }

    private YamlNode value(Event event, int depth) {
        if (event instanceof ScalarEvent scalar) {
            return new Scalar(Secret.of(text(scalar)), scalar.isPlain(), line(event));
        }
        if (event instanceof SequenceStartEvent) {
            return new Sequence(items(depth), line(event));
        }
        return event instanceof CollectionStartEvent
                ? new Mapping(entries(depth), line(event))
                : new Unusable(line(event));
    }

    private List<YamlNode> items(int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event next = parser.getEvent(); !next.is(ID.SequenceEnd); next = parser.getEvent()) {
            items.add(node(next, depth + 1));
        }
        return items;
    }

    private List<Entry> entries(int depth) {
        List<Entry> entries = new ArrayList<>();
        for (Event next = parser.getEvent(); !next.is(ID.MappingEnd); next = parser.getEvent()) {
            YamlNode key = node(next, depth + 1);
            YamlNode value = node(parser.getEvent(), depth + 1);
            if (key instanceof Scalar name) {
                entries.add(new Entry(name.text().reveal(), name.line(), value));
            } else if (!(key instanceof Unusable)) {
                problem(key.line(), "a key must be a single word");
            }
        }
        return entries;
    }

    /** A block of lines ends with a line break that nobody means to be part of a value. */
    private static String text(ScalarEvent scalar) {
        String text = scalar.getValue();
        boolean block = scalar.isLiteral() || scalar.isFolded();
        return block && text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean tagged(Event event) {
        return event instanceof ScalarEvent scalar
                ? scalar.getTag() != null
                : event instanceof CollectionStartEvent collection && collection.getTag() != null;
    }

    private void problem(int line, String message) {
        problems.add(fileName + ":" + line, message);
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }
}
