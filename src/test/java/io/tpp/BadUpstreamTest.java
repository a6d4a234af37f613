package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.simulator.Fault;
import io.tpp.testing.RawClient;
import io.tpp.testing.RawClient.Response;
import org.junit.jupiter.api.Test;

/** Answers of the upstream that are out of the ordinary. */
class BadUpstreamTest {
    @Test
    void aLongHeaderThatTheUpstreamMaySendAlsoReachesTheClient() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            rig.simulator.faults().once("/api/execute", Fault.hugeHeader(60_000));
            Response response = client.execute("12345+0");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("x-huge")).hasSize(60_000);
        }
    }

    @Test
    void aHeaderThatIsTooLongIsAnsweredInTppsOwnForm() throws Exception {
        try (Rig rig = Rig.start(1);
                RawClient client = rig.connect()) {
            rig.simulator.faults().once("/api/execute", Fault.hugeHeader(100_000));
            Response response = client.execute("12345+0");
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.body()).contains("TPP: ");
        }
    }
}
