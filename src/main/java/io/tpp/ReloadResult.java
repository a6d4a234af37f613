package io.tpp;

import java.util.List;

/**
 * What came of a reload. Holds no secret.
 *
 * @param problems why the configuration before stays in force; empty: it does not
 * @param changes what is in force otherwise now
 * @param needRestart the keys for which a value is given that needs a restart
 */
record ReloadResult(List<String> problems, List<String> changes, List<String> needRestart) {
    ReloadResult {
        problems = List.copyOf(problems);
        changes = List.copyOf(changes);
        needRestart = List.copyOf(needRestart);
    }

    static ReloadResult failed(List<String> problems) {
        return new ReloadResult(problems, List.of(), List.of());
    }

    boolean successful() {
        return problems.isEmpty();
    }
}
