package io.tpp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuirksTest {
    @Test
    void theDefaultsAreTheDocumentedBehaviour() {
        Quirks quirks = Quirks.documented();

        assertThat(quirks.numbers).isFalse();
        assertThat(quirks.singleLineTokens).isFalse();
        assertThat(quirks.loginMessage).isEmpty();
        assertThat(quirks.refusal).isEqualTo(Quirks.Refusal.ENVELOPE);
        assertThat(quirks.refusalStatus).isEqualTo(200);
        assertThat(quirks.lockAfter).isZero();
        assertThat(quirks.tokenTtl).isZero();
        assertThat(quirks.deadToken).isEqualTo(Quirks.DeadToken.GUEST);
        assertThat(quirks.clientAuthRequired).isFalse();
        assertThat(quirks.scriptErrorStatus).isEqualTo(200);
        assertThat(quirks.sessionClash).isEqualTo(Quirks.SessionClash.SERIALIZE);
        assertThat(quirks.webWorkers).isZero();
        assertThat(quirks.maxConnections).isZero();
    }

    @Test
    void aChangedCopyLeavesTheOriginalAlone() {
        Quirks changed = Quirks.documented().withTokenTtl(Duration.ofHours(1)).withNumbers(true);

        assertThat(changed.tokenTtl).isEqualTo(Duration.ofHours(1));
        assertThat(changed.numbers).isTrue();
        assertThat(Quirks.documented().tokenTtl).isZero();
        assertThat(Quirks.documented().numbers).isFalse();
    }
}
