package io.tpp.status;

import io.tpp.config.EffectiveValue;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration TPP runs with, and what came of the last attempt to reload it. Thread-safe. */
public final class ConfigInForce {
    private final InstantSource clock;
    private volatile State state;

    /** Both together, so that nobody sees new values with an old reload. */
    record State(List<EffectiveValue> values, @Nullable Reload lastReload) {
        State {
            values = List.copyOf(values);
        }
    }

    /** {@code values} are as {@code tpp check} prints them, secrets as {@code ****}. */
    public ConfigInForce(List<EffectiveValue> values, InstantSource clock) {
        this.state = new State(values, null);
        this.clock = clock;
    }

    /** Other values are in force from now on. */
    public synchronized void reloaded(List<EffectiveValue> values) {
        state = new State(values, new Reload(clock.instant(), null));
    }

    /** They could not be taken over; those before stay in force. {@code why} holds no secret. */
    public synchronized void reloadFailed(String why) {
        state = new State(state.values(), new Reload(clock.instant(), why));
    }

    State state() {
        return state;
    }
}
