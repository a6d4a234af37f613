package io.tpp.status;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which part of everything is asked for.
 *
 * @param historyAfter samples up to the one with this number are known already
 * @param withConfig whether the configuration is wanted
 */
public record StatusQuery(Page tokens, Page connections, long historyAfter, boolean withConfig) {
    /** The column that tells all rows apart. */
    static final String NUMBER = "number";

    private static final int LIMIT = 100;
    private static final int MOST = 10_000;

    /** A parameter that is not understood; its message is one line. */
    public static final class BadQueryException extends Exception {
        private static final long serialVersionUID = 1L;

        private BadQueryException(String message) {
            super(message);
        }
    }

    /**
     * Reads the parameters {@code tokens}, {@code tokens_offset}, {@code tokens_sort}, the same for {@code connections},
     * {@code history_after} and {@code config}.
     *
     * @param parameters gives a parameter's value
     */
    public static StatusQuery read(Function<String, Optional<String>> parameters) throws BadQueryException {
        return new StatusQuery(
                page("tokens", SortKeys.OF_TOKENS, parameters),
                page("connections", SortKeys.OF_CONNECTIONS, parameters),
                number("history_after", 0, Long.MAX_VALUE, parameters),
                number("config", 1, 1, parameters) == 1);
    }

    private static Page page(String table, Map<String, ?> columns, Function<String, Optional<String>> parameters)
            throws BadQueryException {
        String sort = parameters.apply(table + "_sort").orElse(NUMBER);
        boolean descending = sort.startsWith("-");
        String column = descending ? sort.substring(1) : sort;
        if (!columns.containsKey(column)) {
            Set<String> known = new TreeSet<>(columns.keySet());
            throw new BadQueryException(table + "_sort must be one of " + known + ", with - before it to reverse");
        }
        int limit = (int) number(table, LIMIT, MOST, parameters);
        int offset = (int) number(table + "_offset", 0, Integer.MAX_VALUE, parameters);
        return new Page(limit, offset, column, descending);
    }

    private static long number(String name, long absent, long most, Function<String, Optional<String>> parameters)
            throws BadQueryException {
        Optional<String> text = parameters.apply(name);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException refused) {
            // Told below; the text is the client's, and not repeated.
        }
        throw new BadQueryException(name + " must be a number from 0 to " + most);
    }
}
