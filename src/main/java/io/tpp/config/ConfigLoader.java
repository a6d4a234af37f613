package io.tpp.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration from a YAML file and the environment, which wins, and checks all of it.
 *
 * <p>Strict: what is not understood is an error, never ignored and never corrected, and all errors
 * are reported together. Immutable.
 */
public final class ConfigLoader {
    private static final Layer NOTHING = new Layer(new EnumMap<>(Key.class), null);

    private final Map<String, String> environment;

    /** Takes the environment as a map, usually {@link System#getenv()}. */
    public ConfigLoader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Loads the configuration.
     *
     * @param file the YAML file; null: the environment alone
     * @throws ConfigException with everything that is wrong
     */
    public LoadedConfig load(@Nullable Path file) throws ConfigException {
        return load(file, null, Set.of());
    }

    /**
     * Loads it again.
     *
     * @param running what is in force; null: nothing
     * @param kept keys that are to be as they are there, whatever is given for them
     */
    LoadedConfig load(@Nullable Path file, @Nullable LoadedConfig running, Set<Key> kept) throws ConfigException {
        List<String> warnings = EnvironmentWarnings.of(environment);
        Problems problems = new Problems(warnings);
        Layer below = file == null ? NOTHING : readFile(file, problems);
        Layer given = EnvironmentLayer.read(environment, problems).over(below == null ? NOTHING : below);
        Layer layer = running == null
                ? given
                : given.with(kept, running.credentialFiles().layer());
        Values values = new Values(layer.settings(), problems);
        if (below == null) {
            // Nothing is known of the file, so whatever seems to be missing may stand in it.
            problems.throwIfAny();
        }
        checkHost(values, file, problems);
        CredentialTexts texts = running == null
                ? new CredentialTexts()
                : running.credentialFiles().texts().again();
        CredentialsReader.Result credentials = new CredentialsReader(layer, texts, problems).read(place(file));
        PoolSizeRule poolSize = PoolSizeRule.of(values);
        poolSize.check(credentials.credentials(), problems);
        ConfigAssembler assembler = new ConfigAssembler(
                values,
                credentials,
                running == null ? null : running.config().access().apiKeys());
        assembler.check(problems);
        problems.throwIfAny();
        List<String> all = new ArrayList<>(warnings);
        all.addAll(assembler.warnings());
        CredentialFiles files = new CredentialFiles(layer, place(file), texts, poolSize);
        return new LoadedConfig(
                assembler.config(), files, assembler.effectiveValues(), all, new ConfigOrigin(this, file));
    }

    /** Returns whether any variable gives a key; how much is logged does not count. */
    public boolean environmentGivesKeys() {
        Layer layer = EnvironmentLayer.read(environment, new Problems(List.of()));
        return layer.list() != null || layer.settings().keySet().stream().anyMatch(key -> key != Key.LOG_FILTER);
    }

    /**
     * Returns where the health connector listens, or null if nothing says it. Whether the rest of the
     * configuration is right does not matter.
     *
     * @param file the YAML file; null: the environment alone
     * @throws ConfigException if the file is not YAML or the address is wrong
     */
    public @Nullable HostPort healthListen(@Nullable Path file) throws ConfigException {
        Problems problems = new Problems(List.of());
        Map<Key, Setting> given =
                EnvironmentLayer.read(environment, new Problems(List.of())).settings();
        if (!given.containsKey(Key.HEALTH_LISTEN) && file != null) {
            Layer layer = readFile(file, problems);
            if (layer == null) {
                problems.throwIfAny();
            } else {
                given = layer.settings();
            }
        }
        return healthListen(given);
    }

    private static @Nullable HostPort healthListen(Map<Key, Setting> given) throws ConfigException {
        Setting setting = given.get(Key.HEALTH_LISTEN);
        if (setting == null) {
            return null;
        }
        Problems problems = new Problems(List.of());
        Object address = Values.parse(Key.HEALTH_LISTEN, Key.HEALTH_LISTEN.path(), setting, problems);
        problems.throwIfAny();
        return (HostPort) address;
    }

    /** Returns the last part of a path, by which messages call a file. */
    static String nameOf(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }

    private static @Nullable Layer readFile(Path file, Problems problems) {
        String name = nameOf(file);
        try {
            YamlNode.Mapping root = YamlReader.read(name, TextFile.read(file), problems);
            return root == null ? null : FileLayer.read(name, root, problems);
        } catch (InvalidValue e) {
            problems.add("config file " + file, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static void checkHost(Values values, @Nullable Path file, Problems problems) {
        if (!values.isGiven(Key.UPSTREAM_HOST)) {
            problems.add(
                    place(file),
                    "upstream.host is missing: the DolphinDB node's name or address (or TPP_UPSTREAM_HOST)");
        }
    }

    /** Returns where a user would add what is missing. */
    private static String place(@Nullable Path file) {
        return file == null ? "environment" : nameOf(file);
    }
}
