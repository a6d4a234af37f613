package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.config.ConfigLoader;
import io.tpp.config.EffectiveValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The configuration in the log. */
class ConfigSummaryTest {
    private final List<EffectiveValue> values = values();

    private static List<EffectiveValue> values() {
        try {
            return new ConfigLoader(Map.of(
                            "TPP_UPSTREAM_HOST", "h",
                            "TPP_TOKEN_POOL_SIZE", "3",
                            "TPP_CREDENTIAL_USERNAME", "u",
                            "TPP_CREDENTIAL_PASSWORD", "hunter2"))
                    .load(null)
                    .values();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatWasGivenIsNamedWithItsSourceWithoutTheCredentials() {
        assertThat(ConfigSummary.given(values))
                .isEqualTo("upstream.host=h (TPP_UPSTREAM_HOST), token.pool_size=3 (TPP_TOKEN_POOL_SIZE);"
                        + " all other keys are at their defaults");
    }

    @Test
    void allValuesAreListedWithoutSecrets() {
        assertThat(ConfigSummary.all(values))
                .contains("listen=0.0.0.0:8080 (default), ", "credential.password=**** (TPP_CREDENTIAL_PASSWORD)")
                .doesNotContain("hunter2");
    }
}
