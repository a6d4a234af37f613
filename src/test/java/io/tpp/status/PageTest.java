package io.tpp.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tpp.status.StatusQuery.BadQueryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {
    private record Row(int number, @Nullable Duration idle, String name) {}

    private static final Map<String, SortKey<Row>> KEYS = Map.of(
            "number", SortKey.number(Row::number),
            "idle", SortKey.duration(Row::idle),
            "name", SortKey.text(Row::name));

    private static List<Integer> numbers(List<Row> rows, Page page) {
        return page.of(rows, KEYS, "number").stream().map(Row::number).toList();
    }

    @Test
    void rowsWithoutTheValueComeLastEitherWay() {
        List<Row> rows = List.of(
                new Row(1, null, "b"), new Row(2, Duration.ofSeconds(2), "a"), new Row(3, Duration.ofSeconds(1), "c"));

        assertThat(numbers(rows, new Page(9, 0, "idle", false))).containsExactly(3, 2, 1);
        assertThat(numbers(rows, new Page(9, 0, "idle", true))).containsExactly(2, 3, 1);
        assertThat(numbers(rows, new Page(9, 0, "name", false))).containsExactly(2, 1, 3);
    }

    /** Few of many are picked without sorting all; it must not show. */
    @Test
    void allPagesTogetherAreAllRowsInOrder() {
        List<Row> rows = new ArrayList<>(IntStream.range(0, 100)
                .mapToObj(i -> new Row(i, i % 7 == 0 ? null : Duration.ofSeconds(i % 3), "x"))
                .toList());
        Collections.shuffle(rows, new Random(1));
        List<Integer> all = numbers(rows, new Page(100, 0, "idle", true));
        List<Integer> joined = IntStream.range(0, 10)
                .boxed()
                .flatMap(i -> numbers(rows, new Page(10, i * 10, "idle", true)).stream())
                .toList();

        assertThat(joined).isEqualTo(all).hasSize(100);
        assertThat(numbers(rows, new Page(10, 95, "idle", true))).hasSize(5);
        assertThat(numbers(rows, new Page(10, Integer.MAX_VALUE, "idle", true))).isEmpty();
        assertThat(numbers(rows, new Page(0, 0, "idle", true))).isEmpty();
    }

    private static StatusQuery read(Map<String, String> parameters) throws BadQueryException {
        return StatusQuery.read(name -> Optional.ofNullable(parameters.get(name)));
    }

    @Test
    void withoutParametersTheFirstHundredRowsOfAll() throws Exception {
        Page first = new Page(100, 0, "number", false);
        assertThat(read(Map.of())).isEqualTo(new StatusQuery(first, first, 0, true));
    }

    @Test
    void everyParameterCounts() throws Exception {
        assertThat(read(Map.of(
                        "tokens", "5",
                        "tokens_offset", "10",
                        "tokens_sort", "-age",
                        "connections", "0",
                        "connections_offset", "3",
                        "connections_sort", "idle",
                        "history_after", "77",
                        "config", "0")))
                .isEqualTo(new StatusQuery(new Page(5, 10, "age", true), new Page(0, 3, "idle", false), 77, false));
    }

    @ParameterizedTest
    @CsvSource({
        "tokens, x, tokens must be a number from 0 to 10000",
        "connections, 10001, connections must be a number from 0 to 10000",
        "connections_offset, -1, connections_offset must be a number from 0 to 2147483647",
        "history_after, '', history_after must be a number from 0 to 9223372036854775807",
        "tokens_sort, value, 'tokens_sort must be one of [age, connection, credential, errors, number, remaining, requests,"
                + " state], with - before it to reverse'"
    })
    void aWrongParameterIsRefusedInOneLine(String name, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(BadQueryException.class)
                .hasMessage(message);
    }
}
