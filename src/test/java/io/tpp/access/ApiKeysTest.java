package io.tpp.access;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.secret.SecretHash;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys, their lines and their hashes. */
class ApiKeysTest {
    private final ApiKeys keys = new ApiKeys(Map.of(SecretHash.of("one"), "a", SecretHash.of("two"), "b"));

    @Test
    void aKeyIsKnownByItsHash() {
        assertThat(keys.find("one")).isEqualTo(new ApiKeys.Found("a", SecretHash.of("one")));
        assertThat(keys.find("two")).isEqualTo(new ApiKeys.Found("b", SecretHash.of("two")));
        assertThat(keys.find("three")).isNull();
        assertThat(keys.find(SecretHash.of("one").hex()))
                .as("the hash itself is no key")
                .isNull();
    }

    @Test
    void theLineHoldsTheHashThatEveryToolMakes() {
        ApiKey key = ApiKey.create(new SecureRandom());
        assertThat(key.line("etl"))
                .isEqualTo("etl:" + SecretHash.of(key.text().reveal()).hex());
        // printf abc | sha256sum
        assertThat(SecretHash.of("abc").hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(SecretHash.ofHex(SecretHash.of("abc").hex().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(SecretHash.of("abc"));
    }

    @Test
    void nothingPrintsAKeyOrItsHash() {
        ApiKey key = ApiKey.create(new SecureRandom());
        SecretHash hash = SecretHash.of(key.text().reveal());
        assertThat(key + " " + hash + " " + new ApiKeys(Map.of(hash, "etl")))
                .doesNotContain(key.text().reveal(), hash.hex())
                .contains("****", "1 API keys");
    }

    @Test
    void keysAreLongAndNeverTwiceTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(seen.add(ApiKey.create(new SecureRandom()).text().reveal()))
                    .isTrue();
        }
        assertThat(seen).allSatisfy(key -> assertThat(key).matches("tpp_[A-Za-z0-9_-]{43}"));
    }

    @Test
    void aKeyThatWasFoundHoldsAsLongAsItIsTheSameClients() {
        ApiKeys.Found one = requireNonNull(keys.find("one"));
        assertThat(keys.have(one)).isTrue();
        assertThat(new ApiKeys(Map.of(SecretHash.of("one"), "a")).have(one)).isTrue();
        assertThat(new ApiKeys(Map.of(SecretHash.of("one"), "b")).have(one)).isFalse();
        assertThat(new ApiKeys(Map.of(SecretHash.of("two"), "a")).have(one)).isFalse();
    }

    @Test
    void aClientWhoseKeyIsReplacedHasLostOne() {
        ApiKeys later = new ApiKeys(Map.of(SecretHash.of("one"), "a", SecretHash.of("three"), "b"));
        assertThat(keys.lost(later)).containsExactly("b");
        assertThat(keys.lost(keys)).isEmpty();
        assertThat(keys.lost(new ApiKeys(Map.of(SecretHash.of("one"), "b", SecretHash.of("two"), "b"))))
                .containsExactly("a");
    }
}
