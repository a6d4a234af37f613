package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a script can reach. */
interface ScriptContext {
    /** Returns the session's variables. */
    Map<String, JsonNode> variables();

    /** Returns who runs the script. */
    String user();

    /** Logs in within the session. Returns false if name or password is wrong. */
    boolean login(String user, String password);

    /** Returns what {@code getCurrentSessionAndUser()} gives. */
    JsonNode sessionAndUser();

    /** Returns which token, user and connections the request has. */
    JsonNode whoAmI();

    /** Returns the request's header fields, without secrets. */
    JsonNode headers();

    CompletableFuture<?> sleep(Duration duration);

    CompletableFuture<?> gate(String name);
}
