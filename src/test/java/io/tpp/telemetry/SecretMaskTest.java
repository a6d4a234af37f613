package io.tpp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.Secret;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out of lines, and what is left as it is. */
class SecretMaskTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "FIELD(Authorization: Bearer s3cr3t-value)",
                "authorization: s3cr3t-value",
                "Proxy-Authorization: Basic s3cr3t-value",
                "header=Authorization, headerString=[Authorization], valueString=[s3cr3t-value]",
                "'x-api-key: s3cr3t-value' by",
                "Cookie: a=b; c=s3cr3t-value",
                "with Bearer s3cr3t-value and more",
                "{\"username\":\"u\",\"password\":\"a \\\" s3cr3t-value\"}",
                "{\"password\": \"s3cr3t-value",
                "password=s3cr3t-value&x=y",
                "buf@1[p=0,l=9,c=9,r=9]={<<<...3cr3t-value\\r\\n>>>}",
                "buf@1[p=9,l=19,c=99,r=9]={Bearer s3c...<<<3cr3t-value}\\r\\n>>>3cr3t-value} for x"
            })
    void secretsAreTakenOut(String line) {
        assertThat(SecretMask.mask(line)).contains("****").doesNotContain("3cr3t", "value\\");
    }

    @Test
    void whatStandsOnOtherLinesStays() {
        assertThat(SecretMask.mask("Host: tpp\r\nAuthorization: Bearer abc\r\nAccept: */*\r\n"))
                .isEqualTo("Host: tpp\r\nAuthorization: ****\r\nAccept: */*\r\n");
    }

    @Test
    void ordinaryLinesStay() {
        for (String line : new String[] {
            "",
            "a",
            "The pool is full: 4 tokens",
            "user 'bob' (credential 2): The user name or password is incorrect.",
            "token-7 refused: authorization failed"
        }) {
            assertThat(SecretMask.mask(line)).isSameAs(line);
        }
    }

    @Test
    void secretsInUseAreTakenOutWhereverTheyStand() {
        Secret secret = Secret.guarded("Tr0ub4dor");
        Secret longer = Secret.guarded("Tr0ub4dor&3");
        try {
            assertThat(SecretMask.mask("Tr0ub4dor")).isEqualTo("****");
            assertThat(SecretMask.mask("aTr0ub4dor&3Tr0ub4dor.")).isEqualTo("a********.");
            assertThat(SecretMask.mask("Tr0ub4do")).isEqualTo("Tr0ub4do");
        } finally {
            Reference.reachabilityFence(secret);
            Reference.reachabilityFence(longer);
        }
    }

    @Test
    void whatMayBeASecretIsNotLookedFor() {
        Secret setting = Secret.of("127.0.0.9");
        try {
            assertThat(SecretMask.mask("on 127.0.0.9")).isEqualTo("on 127.0.0.9");
        } finally {
            Reference.reachabilityFence(setting);
        }
    }
}
