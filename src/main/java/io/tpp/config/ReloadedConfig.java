package io.tpp.config;

import java.util.List;

/**
 * A configuration that was read again, without an error.
 *
 * @param loaded what can be in force now: all of it, but for keys that need a restart, which are as they were
 * @param changes the keys that changed with it, without the credentials
 * @param needRestart the keys for which another value is given that needs a restart
 */
public record ReloadedConfig(LoadedConfig loaded, List<ConfigChange> changes, List<String> needRestart) {
    public ReloadedConfig {
        changes = List.copyOf(changes);
        needRestart = List.copyOf(needRestart);
    }
}
