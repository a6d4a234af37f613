package io.tpp.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tpp.testing.Readme;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of keys. */
class ReadmeKeysTest {
    @Test
    void theTableHasEveryKeyInOrderWithItsDefault() {
        List<List<String>> expected = new ArrayList<>();
        for (Key key : Key.values()) {
            if (key == Key.CREDENTIALS_FILE) {
                expected.add(List.of("credentials", "none"));
            }
            expected.add(List.of(key.path(), key.defaultValue().shown()));
        }

        assertThat(Readme.table("key")).extracting(row -> row.subList(0, 2)).isEqualTo(expected);
    }

    @Test
    void defaultsThatAreValuesStandInQuotes() {
        assertThat(Key.values())
                .filteredOn(key -> key.defaultValue().text() != null)
                .allSatisfy(key -> assertThat(Readme.text())
                        .contains("| `" + key.path() + "` | `"
                                + key.defaultValue().text() + "` | "));
    }

    @Test
    void theVariablesOfTheTextAreKnown() {
        assertThat(Readme.text()).containsPattern("TPP_[A-Z]");
        assertThat(Stream.of(Readme.text().split("[^A-Z0-9_]+")).filter(word -> word.matches("TPP_.*[A-Z0-9]")))
                .allSatisfy(variable -> assertThat(EnvironmentLayer.isKnown(variable))
                        .as(variable)
                        .isTrue());
    }
}
