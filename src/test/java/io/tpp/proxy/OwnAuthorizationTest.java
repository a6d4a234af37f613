package io.tpp.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.net.PathPattern;
import io.tpp.net.PathPatterns;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnAuthorizationTest {
    private final OwnAuthorization own = new OwnAuthorization(
            new PathPatterns(List.of(PathPattern.parse("/Metrics"), PathPattern.parse("/agent/*"))));

    private boolean isAmbiguous(String path) {
        return own.isAmbiguous(path, PathReading.of(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Metrics",
                "/agent/x",
                "/agent/",
                "/agent/x/y",
                "/agent/a%2Fb",
                "/agent/x;y=1",
                "/agent/X",
                "/agent//x"
            })
    void whatIsWrittenAsConfiguredKeepsItsOwn(String path) {
        assertThat(isAmbiguous(path)).isFalse();
        assertThat(own.isKept(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/execute",
                "/Metricsx",
                "/Metrics/x",
                "/x/Metrics",
                "/agent",
                "/agentx",
                "/a/agent/x",
                "/a//b",
                "/a%2Fb",
                "/a/../b",
                ""
            })
    void whatIsAnotherPathGetsAToken(String path) {
        assertThat(isAmbiguous(path)).isFalse();
        assertThat(own.isKept(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metrics",
                "/METRICS",
                "/Metrics/",
                "//Metrics",
                "/Metrics;x",
                "/%4detrics",
                "/%254detrics",
                "/x/../Metrics",
                "/./Metrics",
                "/Metrics/.",
                "/x/%2e%2e/Metrics",
                "\\Metrics",
                "/x%5c..%5cMetrics",
                "/AGENT/x",
                "/agent/../api/execute",
                "/agent/%2e%2e/api/execute",
                "/agent/%252e%252e/api/execute",
                "/agent/..;/api/execute",
                "/agent/x/..\\..\\api",
                "/agent/..%2fapi",
                "/agent/../agent/x"
            })
    void whatTwoServersMayReadInTwoWaysIsAmbiguous(String path) {
        assertThat(isAmbiguous(path)).isTrue();
    }
}
