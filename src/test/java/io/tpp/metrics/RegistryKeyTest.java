package io.tpp.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryKeyTest {
    @Test
    void aMetricWithoutLabelsIsCalledByItsName() {
        assertThat(MetricName.REQUESTS.key()).isEqualTo("tpp_requests_total");
    }

    @Test
    void labelsStandInBraces() {
        assertThat(MetricName.BUILD_INFO.key("1.0", "17.0.15")).isEqualTo("tpp_build_info{version=1.0,java=17.0.15}");
    }

    @Test
    void parsesWhatItPrints() {
        RegistryKey plain = new RegistryKey(MetricName.REQUESTS, List.of());
        RegistryKey labelled = new RegistryKey(MetricName.BUILD_INFO, List.of("1=2", ""));

        assertThat(RegistryKey.parse(plain.toString())).isEqualTo(plain);
        assertThat(RegistryKey.parse(labelled.toString())).isEqualTo(labelled);
    }

    @Test
    void doesNotParseWhatIsNotDescribed() {
        assertThat(RegistryKey.parse("org.example.pool.size")).isNull();
        assertThat(RegistryKey.parse("tpp_logins_total")).isNull();
        assertThat(RegistryKey.parse("tpp_requests_total{user=alice}")).isNull();
        assertThat(RegistryKey.parse("tpp_logins_total{outcome=ok}x")).isNull();
    }

    @Test
    void refusesValuesThatCouldNotBeParsed() {
        assertThatIllegalArgumentException().isThrownBy(() -> MetricName.LOGINS.key("a,b"));
        assertThatIllegalArgumentException().isThrownBy(() -> MetricName.LOGINS.key("a}"));
        assertThatIllegalArgumentException().isThrownBy(() -> MetricName.LOGINS.key());
    }
}
