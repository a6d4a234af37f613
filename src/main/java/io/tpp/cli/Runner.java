package io.tpp.cli;

import io.tpp.config.LoadedConfig;

/** Runs the proxy until it is stopped. */
@FunctionalInterface
public interface Runner {
    /**
     * Returns the exit code after a normal stop.
     *
     * @throws Exception if the proxy cannot start or run; its message is shown to the user in one line
     */
    int run(LoadedConfig config) throws Exception;
}
