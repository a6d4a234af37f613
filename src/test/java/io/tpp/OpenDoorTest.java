package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tpp.config.ConfigLoader;
import io.tpp.config.TppConfig;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.simulator.Quirks;
import io.tpp.testing.CapturedLog;
import io.tpp.testing.TestCertificates;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The warning of a port that is open to everybody. */
class OpenDoorTest {
    private static TppConfig config(String listen, String... settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TPP_LISTEN", listen,
                "TPP_UPSTREAM_HOST", "h",
                "TPP_CREDENTIAL_USERNAME", "u",
                "TPP_CREDENTIAL_PASSWORD", "p"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return new ConfigLoader(environment).load(null).config();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:8080, true",
        "[::]:8080, true",
        "192.0.2.1:8080, true",
        "127.0.0.1:8080, false",
        "127.1.2.3:8080, false",
        "localhost:8080, false",
        "[::1]:8080, false"
    })
    void onlyOtherMachinesMakeItOne(String listen, boolean open) throws Exception {
        assertThat(OpenDoor.isOpen(config(listen))).isEqualTo(open);
    }

    @Test
    void aRuleOrTlsClosesIt(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        assertThat(OpenDoor.isOpen(config("0.0.0.0:1", "TPP_ACCESS_ALLOW", "10.0.0.0/8")))
                .isFalse();
        assertThat(OpenDoor.isOpen(config("0.0.0.0:1", certificates.settings())))
                .isFalse();
    }

    @Test
    void theStartWarnsOnceOfWhatItMeans() throws Exception {
        try (CapturedLog log = new CapturedLog("io.tpp");
                Rig rig =
                        Rig.startUnready(DolphinDbSimulator.start(Quirks.documented()), 1, "TPP_LISTEN", "0.0.0.0:0")) {
            rig.awaitPool(pool -> pool.available() == 1);
            assertThat(log.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains(
                            "acts as the users of the pool",
                            "access.allow",
                            "access.api_keys_file",
                            "0.0.0.0:" + rig.port());
        }
    }
}
