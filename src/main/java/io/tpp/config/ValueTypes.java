package io.tpp.config;

import io.tpp.access.ClientSubjects;
import io.tpp.config.ValueType.Form;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPatterns;
import io.tpp.secret.Secret;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that keys have. */
final class ValueTypes {
    // No leading zeros: YAML 1.1 takes 010 for eight, people for ten.
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)");

    /** A tebibyte. */
    private static final long MAX_SIZE = 1L << 40;

    private ValueTypes() {}

    static ValueType<Integer> wholeNumber(int min, int max) {
        return strict(Integer.class, text -> (int) wholeNumber(text, min, max));
    }

    private static long wholeNumber(String text, long min, long max) throws InvalidValue {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw InvalidValue.of("must be a whole number");
        }
        // Eighteen digits are within a long and beyond every limit.
        long number = text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
        if (number < min || number > max) {
            throw InvalidValue.of("must be between " + min + " and " + max);
        }
        return number;
    }

    static ValueType<Duration> seconds(String min, int max) {
        return strict(Duration.class, text -> Seconds.parse(text, min, String.valueOf(max)));
    }

    static ValueType<Boolean> flag() {
        return strict(Boolean.class, text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw InvalidValue.of("must be true or false");
        });
    }

    /** One of an enum's constants, in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        return strict(type, text -> {
            for (E constant : type.getEnumConstants()) {
                if (ValueType.show(constant).equals(text)) {
                    return constant;
                }
            }
            throw InvalidValue.of("must be "
                    + Arrays.stream(type.getEnumConstants())
                            .map(ValueType::show)
                            .collect(Collectors.joining("' or '", "'", "'")));
        });
    }

    static ValueType<HostPort> hostPort() {
        return strict(HostPort.class, Addresses::parseHostPort);
    }

    static ValueType<String> host() {
        return strict(String.class, Addresses::parseHost);
    }

    /** As {@link #host()}, but not needed. */
    static ValueType<String> optionalHost() {
        return new ValueType<>(String.class, Addresses::parseHost, Form.OPTIONAL_TEXT);
    }

    static ValueType<String> url() {
        return new ValueType<>(String.class, ValueTypes::parseUrl, Form.OPTIONAL_TEXT);
    }

    /** Where requests are logged: {@code none}, {@code stdout} or a file. */
    static ValueType<RequestLogTarget> requestLog() {
        return strict(RequestLogTarget.class, RequestLogTarget::parse);
    }

    static ValueType<String> logFilter() {
        return new ValueType<>(String.class, ValueTypes::parseLogFilter, Form.OPTIONAL_TEXT);
    }

    /** A regular expression. */
    static ValueType<RegularExpression> pattern() {
        return strict(RegularExpression.class, RegularExpression::parse);
    }

    /** Statuses of failures, separated by commas; or {@code none}. */
    static ValueType<HostNames> hostNames() {
        return strict(HostNames.class, HostNames::parse);
    }

    static ValueType<StatusCodes> statuses() {
        return list(StatusCodes.class, StatusCodes::parse);
    }

    /** Blocks of IP addresses, separated by commas; or {@code none}. */
    static ValueType<CidrBlocks> cidrs() {
        return list(CidrBlocks.class, ListTexts::cidrs);
    }

    /** Paths of requests, separated by commas; or {@code none}. */
    static ValueType<PathPatterns> paths() {
        return list(PathPatterns.class, ListTexts::paths);
    }

    /** As {@link #cidrs()}, but at least one: nobody means that no client may connect. */
    static ValueType<CidrBlocks> someCidrs() {
        return list(CidrBlocks.class, ListTexts::someCidrs);
    }

    /** As {@link #paths()}, but at least one. */
    static ValueType<PathPatterns> somePaths() {
        return list(PathPatterns.class, ListTexts::somePaths);
    }

    /** Methods of requests, separated by commas; at least one. */
    static ValueType<Methods> methods() {
        return list(Methods.class, ListTexts::methods);
    }

    /** Patterns of certificates' subjects, separated by semicolons, because names have commas. */
    static ValueType<ClientSubjects> subjects() {
        return new ValueType<>(ClientSubjects.class, ListTexts::subjects, Form.LIST_OF_NAMES);
    }

    /** A number of bytes; 0: no limit. */
    static ValueType<Long> size() {
        return strict(Long.class, text -> wholeNumber(text, 0, MAX_SIZE));
    }

    /** A file that is read later, by whoever knows what is in it. */
    static ValueType<Path> file() {
        return new ValueType<>(Path.class, ValueTypes::parsePath, Form.OPTIONAL_TEXT);
    }

    /** A file that others open while TPP runs; it is looked for now, when a person is there to mend it. */
    static ValueType<Path> readableFile() {
        return new ValueType<>(Path.class, ValueTypes::parseReadableFile, Form.OPTIONAL_TEXT);
    }

    static ValueType<String> username() {
        return new ValueType<>(String.class, ValueTypes::parseUsername, Form.LITERAL);
    }

    static ValueType<Secret> secret() {
        return new ValueType<>(Secret.class, Secret::guarded, Form.LITERAL);
    }

    private static <T> ValueType<T> strict(Class<T> type, ValueType.Parser<T> parser) {
        return new ValueType<>(type, parser, Form.STRICT);
    }

    private static <T> ValueType<T> list(Class<T> type, ValueType.Parser<T> parser) {
        return new ValueType<>(type, parser, Form.LIST);
    }

    private static String parseUrl(String text) throws InvalidValue {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // Said below, in the words of all other texts that are not such an address.
        }
        throw InvalidValue.of("must be an http:// or https:// address such as http://localhost:4317");
    }

    private static String parseLogFilter(String text) throws InvalidValue {
        try {
            LogFilter.parse(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw InvalidValue.of("is not a log filter (" + e.getMessage() + ")");
        }
    }

    private static Path parsePath(String text) throws InvalidValue {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw InvalidValue.unshown("must be the path of a file");
        }
    }

    private static Path parseReadableFile(String text) throws InvalidValue {
        Path path = parsePath(text);
        if (Files.isDirectory(path) || !Files.isReadable(path)) {
            throw InvalidValue.of("must be a file that TPP can read");
        }
        return path;
    }

    private static String parseUsername(String text) throws InvalidValue {
        // Never shown: people swap the two lines, and then it is the password.
        if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
            throw InvalidValue.unshown("must be a name without line breaks");
        }
        return text;
    }
}
