package io.tpp.dolphindb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorEnvelopeTest {
    @Test
    void anErrorHasTheFormOfDolphinDbsOwn() {
        assertThat(text("no token in 30 s"))
                .isEqualTo(
                        "{\"session\":\"\",\"user\":\"\",\"code\":\"1\",\"message\":\"TPP: no token in 30 s\",\"result\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "say \"no\"", "C:\\temp", "line\r\nline\t\u0000\u001f", "用户 \uD83D\uDC2C", "</script>\u2028"
            })
    void anyMessageComesBackUnchanged(String message) throws IOException {
        JsonNode envelope = new ObjectMapper().readTree(ErrorEnvelope.of(message));

        assertThat(envelope.path("message").textValue()).isEqualTo("TPP: " + message);
    }

    @Test
    void halfACharacterIsReplaced() {
        assertThat(text("a\uD83Db")).contains("\"TPP: a?b\"");
    }

    private static String text(String message) {
        return new String(ErrorEnvelope.of(message), StandardCharsets.UTF_8);
    }
}
