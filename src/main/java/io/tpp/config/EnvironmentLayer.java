package io.tpp.config;

import io.tpp.config.Layer.CredentialEntry;
import io.tpp.config.Layer.CredentialList;
import io.tpp.secret.Secret;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the known keys among the environment variables.
 *
 * <p>Unknown variables are nobody's error: Kubernetes sets {@code TPP_SERVICE_HOST} and the like for a
 * Service named tpp. An empty variable counts as unset for optional texts, because that is what
 * {@code ${NAME:-}} in a compose file gives; for other keys it is kept, and then refused as empty.
 */
final class EnvironmentLayer {
    private static final Pattern LIST_VARIABLE =
            Pattern.compile("TPP_CREDENTIALS_(0|[1-9][0-9]{0,5})_(USERNAME|PASSWORD|PASSWORD_FILE)");
    private static final Pattern INDEX = Pattern.compile("^TPP_CREDENTIALS_[0-9]+_");

    /** All variables of TPP; those of the list with the index 0. */
    static final List<String> VARIABLES = Stream.concat(
                    Stream.of(Key.values()).flatMap(key -> key.variables().stream()),
                    Stream.of("USERNAME", "PASSWORD", "PASSWORD_FILE").map(leaf -> "TPP_CREDENTIALS_0_" + leaf))
            .toList();

    private final Map<String, String> environment;
    private final Problems problems;

    private EnvironmentLayer(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    static Layer read(Map<String, String> environment, Problems problems) {
        EnvironmentLayer layer = new EnvironmentLayer(environment, problems);
        Map<Key, Setting> settings = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            Setting setting = layer.setting(key);
            if (setting != null) {
                settings.put(key, setting);
            }
        }
        return new Layer(settings, CredentialList.ofEntries(layer.list()));
    }

    static boolean isKnown(String variable) {
        return VARIABLES.contains(variable) || LIST_VARIABLE.matcher(variable).matches();
    }

    /** Returns the variable's name, an index in the list of credentials replaced by 0. */
    static String withoutIndex(String variable) {
        return INDEX.matcher(variable).replaceFirst("TPP_CREDENTIALS_0_");
    }

    private @Nullable Setting setting(Key key) {
        for (String variable : key.variables()) {
            String text = environment.get(variable);
            if (text != null && !(text.isEmpty() && key.type().emptyVariableIsUnset())) {
                return setting(key, variable, text);
            }
        }
        return null;
    }

    private static Setting setting(Key key, String variable, String text) {
        boolean flag = key.type().type() == Boolean.class;
        // Only in variables: the predecessor took 1 and 0 there.
        String value = flag && text.equals("1") ? "true" : flag && text.equals("0") ? "false" : text;
        return Setting.of(Secret.of(value), variable);
    }

    private List<CredentialEntry> list() {
        List<CredentialEntry> entries = new ArrayList<>();
        Map<Integer, Map<Key, Setting>> users = users();
        users.forEach((index, settings) ->
                entries.add(new CredentialEntry("credentials[" + index + "]", usernameVariable(index), settings)));
        reportGap(users.keySet());
        return entries;
    }

    private void reportGap(Iterable<Integer> indexes) {
        int expected = 0;
        for (int index : indexes) {
            if (index != expected) {
                problems.add(
                        usernameVariable(index),
                        "credentials are numbered from 0 without gaps, but there is no " + usernameVariable(expected));
                return;
            }
            expected++;
        }
    }

    private static String usernameVariable(int index) {
        return "TPP_CREDENTIALS_" + index + "_USERNAME";
    }

    private Map<Integer, Map<Key, Setting>> users() {
        Map<Integer, Map<Key, Setting>> users = new TreeMap<>();
        environment.forEach((variable, text) -> {
            Matcher matcher = LIST_VARIABLE.matcher(variable);
            if (!matcher.matches()) {
                return;
            }
            Key key = Key.valueOf("CREDENTIAL_" + matcher.group(2));
            if (!(text.isEmpty() && key.type().emptyVariableIsUnset())) {
                users.computeIfAbsent(Integer.valueOf(matcher.group(1)), index -> new EnumMap<>(Key.class))
                        .put(key, setting(key, variable, text));
            }
        });
        return users;
    }
}
