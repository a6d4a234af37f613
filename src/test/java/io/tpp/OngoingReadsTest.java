package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OngoingReadsTest {
    private final Queue<Runnable> handedOver = new ArrayDeque<>();
    private final OngoingReads reads = new OngoingReads(handedOver::add);
    private final List<String> done = new ArrayList<>();

    @Test
    void nothingWaitsIfNobodyReads() {
        reads.afterwards(() -> done.add("one"));

        assertThat(done).containsExactly("one");
        assertThat(handedOver).isEmpty();
    }

    @Test
    void whatWaitsIsHandedOverAtTheEndOfTheLastRead() {
        reads.begin();
        reads.afterwards(() -> done.add("one"));
        reads.begin();
        reads.afterwards(() -> done.add("two"));
        reads.end();
        assertThat(handedOver).isEmpty();

        reads.end();

        assertThat(done).isEmpty();
        handedOver.forEach(Runnable::run);
        assertThat(done).containsExactly("one", "two");
    }

    @Test
    void whatHasWaitedIsHandedOverOnce() {
        reads.begin();
        reads.afterwards(() -> done.add("one"));
        reads.end();
        reads.begin();
        reads.end();

        assertThat(handedOver).hasSize(1);
    }
}
