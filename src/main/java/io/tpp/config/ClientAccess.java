package io.tpp.config;

import io.tpp.access.ApiKeys;
import io.tpp.access.ClientSubjects;
import io.tpp.config.TppConfig.Access;
import io.tpp.net.CidrBlocks;
import io.tpp.net.Methods;
import io.tpp.net.PathPatterns;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code access}: whether they go together, and the file that one of them names. One thread. */
final class ClientAccess {
    private final Values values;
    private final @Nullable ApiKeysFile running;
    private ApiKeys keys = new ApiKeys(Map.of());

    /** {@code running}: what is in force; null: nothing. */
    ClientAccess(Values values, @Nullable ApiKeysFile running) {
        this.values = values;
        this.running = running;
    }

    /** Reads the file, and adds what is wrong to the problems. */
    void check(Problems problems) {
        boolean subjects = values.isGiven(Key.CLIENT_SUBJECTS) && values.sound(Key.CLIENT_SUBJECTS);
        if (subjects && values.optionalFile(Key.CLIENT_CA_FILE) == null && values.sound(Key.CLIENT_CA_FILE)) {
            values.problem(Key.CLIENT_SUBJECTS, "needs tls.client_ca_file: without it no certificate is asked for");
        }
        Path file = values.optionalFile(Key.API_KEYS_FILE);
        if (file == null) {
            return;
        }
        if (running != null && running.path().equals(file) && running.canBeReadOnlyOnce()) {
            keys = running.keys();
            return;
        }
        try {
            keys = ApiKeysFile.parse(file, problems);
        } catch (InvalidValue e) {
            values.problem(Key.API_KEYS_FILE, String.valueOf(e.getMessage()));
        }
    }

    Access access() {
        return new Access(
                values.optional(Key.ALLOW, CidrBlocks.class),
                keysFile(),
                values.optional(Key.CLIENT_SUBJECTS, ClientSubjects.class),
                values.number(Key.MAX_CONNECTIONS_PER_CLIENT),
                values.flag(Key.FORWARD_LOGIN),
                values.paths(Key.OWN_AUTHORIZATION),
                values.paths(Key.DENIED_PATHS),
                values.optional(Key.ALLOWED_PATHS, PathPatterns.class),
                values.optional(Key.ALLOWED_METHODS, Methods.class));
    }

    private @Nullable ApiKeysFile keysFile() {
        Path file = values.optionalFile(Key.API_KEYS_FILE);
        return file == null ? null : new ApiKeysFile(file, keys);
    }
}
