package io.tpp;

import io.tpp.config.LoadedConfig;
import java.util.List;

/** A part of TPP that follows the configuration when that is read again. */
interface Followed {
    /**
     * Does all that can go wrong, and changes nothing yet.
     *
     * @throws IllegalArgumentException if the part cannot follow; the message says in one line why
     */
    Step prepare(LoadedConfig next);

    /** The change itself, which cannot fail. */
    interface Step {
        /** Makes it; returns what has changed beside the keys, for people. */
        List<String> take();
    }
}
