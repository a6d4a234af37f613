package io.tpp.pool;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Notices when the upstream refuses every credential before a token was ever obtained, and says so once.
 *
 * <p>Owned by {@link TokenRefresher}'s thread.
 */
final class FutileStart {
    /** How many refused credentials are named. */
    private static final int MOST_NAMED = 10;

    private final LoginQueue queue;
    private final Consumer<String> listener;
    private boolean over;

    FutileStart(LoginQueue queue, Consumer<String> listener) {
        this.queue = queue;
        this.listener = listener;
    }

    /** A token was obtained. */
    void obtained() {
        over = true;
    }

    /** Returns whether the last hope is gone, and it is to be {@linkplain #tell told}. */
    boolean isFutile() {
        return !over && queue.allRefused();
    }

    void tell() {
        over = true;
        List<CredentialRefusal> refusals = queue.refusals();
        String named = refusals.stream()
                .limit(MOST_NAMED)
                .map(CredentialRefusal::reason)
                .collect(Collectors.joining("; "));
        int more = refusals.size() - MOST_NAMED;
        listener.accept(more > 0 ? named + "; and " + more + " more" : named);
    }
}
