package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChainTest {
    /** Repeat a failed run with the one that it names. */
    private static final long SEED = Long.getLong("pool.seed", 20_261_124);

    private static final class Item extends Chain.Link<Item> {}

    private final List<Item> items =
            IntStream.range(0, 6).mapToObj(i -> new Item()).toList();
    private final Chain<Item> chain = new Chain<>();

    @Test
    void itIsASetInTheOrderOfAdding() {
        Random random = new Random(SEED);
        Set<Item> model = new LinkedHashSet<>();
        for (int step = 0; step < 20_000; step++) {
            Item item = items.get(random.nextInt(items.size()));
            String when = "step " + step + " of -Dpool.seed=" + SEED;
            if (random.nextBoolean()) {
                assertThat(chain.add(item)).as(when).isEqualTo(model.add(item));
            } else {
                assertThat(chain.remove(item)).as(when).isEqualTo(model.remove(item));
            }
            assertThat(chain.toList()).as(when).containsExactlyElementsOf(model);
            assertThat(chain.first())
                    .as(when)
                    .isEqualTo(model.stream().findFirst().orElse(null));
            assertThat(chain.last())
                    .as(when)
                    .isEqualTo(model.stream().reduce((before, after) -> after).orElse(null));
            assertThat(chain.size()).as(when).isEqualTo(model.size());
            assertThat(chain.isEmpty()).as(when).isEqualTo(model.isEmpty());
            assertThat(chain.contains(item)).as(when).isEqualTo(model.contains(item));
        }
    }

    @Test
    void anElementIsInOneChainAtATime() {
        Chain<Item> other = new Chain<>();
        Item item = items.get(0);
        other.add(item);
        assertThatThrownBy(() -> chain.add(item)).isInstanceOf(IllegalStateException.class);
        assertThat(chain.remove(item)).isFalse();
        assertThat(chain.toList()).isEmpty();
        assertThat(other.toList()).containsExactly(item);
        other.remove(item);
        assertThat(chain.add(item)).isTrue();
    }

    @Test
    void anElementThatWasTakenOutKeepsNoOthersReachable() {
        items.forEach(chain::add);
        Item item = items.get(1);
        chain.remove(item);
        assertThat(item.before).isNull();
        assertThat(item.after).isNull();
    }
}
