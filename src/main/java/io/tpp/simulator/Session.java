package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A DolphinDB session: its variables, and who is logged in to it. Thread-safe. */
final class Session {
    private final long id;
    private final Permits turns;
    private final Map<String, JsonNode> variables = new ConcurrentHashMap<>();
    private volatile String user;

    Session(long id, String user, Permits turns) {
        this.id = id;
        this.user = user;
        this.turns = turns;
    }

    long id() {
        return id;
    }

    String user() {
        return user;
    }

    void user(String newUser) {
        user = newUser;
    }

    /** Returns what makes requests take turns in this session. */
    Permits turns() {
        return turns;
    }

    Map<String, JsonNode> variables() {
        return variables;
    }
}
