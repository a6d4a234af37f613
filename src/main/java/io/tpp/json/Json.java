package io.tpp.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/**
 * Jackson, set up so that it leaves nothing behind. Thread-safe.
 *
 * <p>By default Jackson keeps buffers with each thread, and so does {@link JsonNode#toString}. The threads of a standalone
 * Jetty outlive the web application, and the buffers would keep its class loader in memory.
 */
public final class Json {
    private static final ObjectMapper WRITER = new ObjectMapper(factory());

    private Json() {}

    /** Returns a new factory with a pool of buffers of its own. */
    public static JsonFactory factory() {
        return JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build();
    }

    /** Returns it as text on one line. */
    public static String text(JsonNode node) {
        try {
            return WRITER.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            // A tree in memory holds nothing that cannot be written. Its text may hold a password, so it is not named.
            throw new IllegalStateException("JSON cannot be written", impossible);
        }
    }

    /** Returns the same in UTF-8. */
    public static byte[] bytes(JsonNode node) {
        return text(node).getBytes(StandardCharsets.UTF_8);
    }
}
