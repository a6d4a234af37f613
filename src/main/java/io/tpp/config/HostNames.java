package io.tpp.config;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Names of hosts. Immutable.
 *
 * @param names in lower case, as names of hosts are the same in any (RFC 4343)
 */
public record HostNames(Set<String> names) {
    private static final String NONE = "none";

    public HostNames {
        names = Set.copyOf(names);
    }

    static HostNames parse(String text) throws InvalidValue {
        if (text.equals(NONE)) {
            return new HostNames(Set.of());
        }
        Set<String> names = new TreeSet<>();
        for (String name : text.split(",", -1)) {
            names.add(Addresses.parseHost(name.strip()).toLowerCase(Locale.ROOT));
        }
        return new HostNames(names);
    }

    @Override
    public String toString() {
        return names.isEmpty() ? NONE : names.stream().sorted().collect(Collectors.joining(","));
    }
}
