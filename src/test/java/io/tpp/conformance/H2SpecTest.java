package io.tpp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.Rig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The part of h2spec that asks whether ordinary requests are served; {@link H2SpecIT} runs all of it. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class H2SpecTest {
    @Test
    void ordinaryRequestsOfHttp2AreServed() throws Exception {
        try (Rig rig = Rig.start(8)) {
            H2Spec.Report report = H2Spec.run(rig.port(), false, "generic/1", "generic/3", "generic/4", "hpack");
            assertThat(report.run()).isGreaterThan(30);
            assertThat(report.failed()).isEmpty();
        }
    }
}
