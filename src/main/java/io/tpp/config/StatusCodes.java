package io.tpp.config;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * HTTP statuses with which a server refuses a request. Immutable.
 *
 * @param codes from 400 to 599
 */
public record StatusCodes(Set<Integer> codes) {
    private static final String NONE = "none";
    private static final Pattern FAILURE = Pattern.compile("[45][0-9][0-9]");

    public StatusCodes {
        codes = Set.copyOf(codes);
    }

    static StatusCodes parse(String text) throws InvalidValue {
        if (text.equals(NONE)) {
            return new StatusCodes(Set.of());
        }
        Set<Integer> codes = new TreeSet<>();
        for (String code : text.split(",", -1)) {
            String status = code.strip();
            if (!FAILURE.matcher(status).matches()) {
                throw InvalidValue.of("must be 'none' or statuses from 400 to 599, separated by commas");
            }
            codes.add(Integer.valueOf(status));
        }
        return new StatusCodes(codes);
    }

    @Override
    public String toString() {
        return codes.isEmpty()
                ? NONE
                : codes.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
    }
}
