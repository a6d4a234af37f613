package io.tpp.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tpp.json.Json;
import io.tpp.status.Status;
import io.tpp.status.StatusQuery;
import io.tpp.status.StatusQuery.BadQueryException;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What can be looked at below {@code /admin}: parts of what the status page shows, with the same parameters. */
final class AdminViews {
    private static final Set<String> NAMES = Set.of("pool", "tokens", "connections", "config");

    private final Status status;
    private final BooleanSupplier paused;
    private final BooleanSupplier drained;
    private final ObjectMapper json = new ObjectMapper(Json.factory());

    AdminViews(Status status, BooleanSupplier paused, BooleanSupplier drained) {
        this.status = status;
        this.paused = paused;
        this.drained = drained;
    }

    boolean has(String name) {
        return NAMES.contains(name);
    }

    Answer answer(String name, Query query) {
        try {
            StatusQuery asked =
                    StatusQuery.read(key -> query.values(key).stream().findFirst());
            JsonNode part = json.readTree(status.json(asked)).path(name);
            if (name.equals("pool")) {
                ((ObjectNode) part).put("paused", paused.getAsBoolean()).put("drained", drained.getAsBoolean());
            }
            return Answer.json(200, Json.text(part));
        } catch (BadQueryException e) {
            return Answer.text(400, e.getMessage() + "\n");
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
