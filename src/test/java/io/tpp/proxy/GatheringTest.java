package io.tpp.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatheringTest {
    private static ByteBuffer[] pieces(String... texts) {
        return Stream.of(texts)
                .map(text -> ByteBuffer.wrap(text.getBytes(US_ASCII)))
                .toArray(ByteBuffer[]::new);
    }

    private static String text(ByteBuffer buffer) {
        return US_ASCII.decode(buffer.duplicate()).toString();
    }

    @Test
    void piecesAreOneAndStayAsTheyAre() {
        ByteBuffer[] pieces = pieces("_head", "", "body");
        pieces[0].position(1);
        ByteBuffer one = Objects.requireNonNull(Gathering.asOne(pieces));
        assertThat(text(one)).isEqualTo("headbody");
        assertThat(Stream.of(pieces).map(GatheringTest::text)).containsExactly("head", "", "body");
    }

    @Test
    void whatIsGatheredNextHasNothingOfTheLast() {
        assertThat(Gathering.asOne(pieces("x".repeat(100)))).isNotNull();
        assertThat(text(Objects.requireNonNull(Gathering.asOne(pieces("a", "b")))))
                .isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2049, 100_000})
    void whatIsLongOrNothingIsNotGathered(int length) {
        assertThat(Gathering.asOne(pieces("x".repeat(length / 2), "y".repeat(length - length / 2))))
                .isNull();
    }

    @Test
    void whatJustFitsIsGathered() {
        assertThat(text(Objects.requireNonNull(Gathering.asOne(pieces("x".repeat(48), "y".repeat(2000))))))
                .isEqualTo("x".repeat(48) + "y".repeat(2000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|head,,body", "3|d,,body", "4|,,body", "6|,,dy", "8|,,"})
    void whatWasWrittenIsTakenFromTheStart(int count, String rest) {
        ByteBuffer[] pieces = pieces("head", "", "body");
        Gathering.advance(pieces, count);
        assertThat(Stream.of(pieces).map(GatheringTest::text)).containsExactly(rest.split(",", -1));
    }
}
