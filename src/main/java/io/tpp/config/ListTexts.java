package io.tpp.config;

import io.tpp.access.ClientSubjects;
import io.tpp.net.CidrBlock;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPattern;
import io.tpp.net.PathPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Texts of several values, separated by commas. */
final class ListTexts {
    /** How no value at all is written. */
    private static final String NONE = "none";

    private ListTexts() {}

    static CidrBlocks cidrs(String text) throws InvalidValue {
        return new CidrBlocks(anyItems(text, CidrBlock::parse));
    }

    static PathPatterns paths(String text) throws InvalidValue {
        return new PathPatterns(anyItems(text, PathPattern::parse));
    }

    static CidrBlocks someCidrs(String text) throws InvalidValue {
        return new CidrBlocks(someItems(text, CidrBlock::parse));
    }

    static PathPatterns somePaths(String text) throws InvalidValue {
        return new PathPatterns(someItems(text, PathPattern::parse));
    }

    static Methods methods(String text) throws InvalidValue {
        return Methods.of(someItems(text, Methods::parse));
    }

    static ClientSubjects subjects(String text) throws InvalidValue {
        try {
            return ClientSubjects.parse(text);
        } catch (IllegalArgumentException e) {
            throw InvalidValue.unshown("must be a list, but " + e.getMessage());
        }
    }

    private static <T> List<T> anyItems(String text, Function<String, T> parser) throws InvalidValue {
        return isNone(text) ? List.of() : items(text, parser, "a list or '" + NONE + "'");
    }

    private static <T> List<T> someItems(String text, Function<String, T> parser) throws InvalidValue {
        if (isNone(text)) {
            throw InvalidValue.of("must have at least one entry; without the key there is no limit");
        }
        return items(text, parser, "a list");
    }

    private static boolean isNone(String text) {
        return text.strip().equals(NONE);
    }

    /** {@code parser} throws an IllegalArgumentException that says what the text "is" or "has" instead. */
    private static <T> List<T> items(String text, Function<String, T> parser, String wanted) throws InvalidValue {
        List<T> items = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            try {
                items.add(parser.apply(item.strip()));
            } catch (IllegalArgumentException e) {
                throw InvalidValue.of(
                        "must be " + wanted + ", but " + Shown.value(item.strip()) + " " + e.getMessage());
            }
        }
        return items;
    }
}
