package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WaitLineTest {
    /** Repeat a failed run with the one that it names. */
    private static final long SEED = Long.getLong("pool.seed", 20_261_124);

    private static final int MANY = 200_000;

    private static final Waiter NOBODY = new Waiter() {
        @Override
        public void granted(TokenUse use) {}

        @Override
        public void refused(RefusedException refusal) {}
    };

    private final WaitLine line = new WaitLine();

    private static List<Holder> holders(int count) {
        return IntStream.range(0, count).mapToObj(Holder::new).toList();
    }

    private ParkedRequest park(Holder holder) {
        return line.park(holder, NOBODY, 0);
    }

    @Test
    void holderThatQueuesLateIsServedByWhenItsRequestCame() {
        List<Holder> holders = holders(4);
        holders.forEach(this::park);
        line.queue(holders.get(1));
        line.queue(holders.get(3));
        line.queue(holders.get(2));
        line.queue(holders.get(0));
        assertThat(served()).containsExactlyElementsOf(holders);
    }

    @Test
    void placeStaysWhenTheRequestThatGotItLeaves() {
        List<Holder> holders = holders(2);
        ParkedRequest first = park(holders.get(0));
        line.queue(holders.get(0));
        park(holders.get(1));
        line.queue(holders.get(1));
        park(holders.get(0));
        line.unpark(first);
        line.queue(holders.get(0));
        assertThat(served()).containsExactlyElementsOf(holders);
    }

    /** With the square of it this would take minutes. */
    @Test
    @Timeout(20)
    void manyThatQueueLateAreServedInTheirOrderToo() {
        List<Holder> holders = holders(MANY);
        holders.forEach(this::park);
        holders.subList(MANY / 2, MANY).forEach(line::queue);
        List<Holder> late = new ArrayList<>(holders.subList(0, MANY / 2));
        Collections.shuffle(late, new Random(SEED));
        late.forEach(line::queue);
        assertThat(served()).isEqualTo(holders);
    }

    private List<Holder> served() {
        List<Holder> served = new ArrayList<>();
        Holder first;
        while (served.size() <= MANY && (first = line.takeFirst()) != null) {
            served.add(first);
        }
        return served;
    }

    /** Whatever happens, in whichever order, is as in {@link Model}, which is written to be seen to be right. */
    @Test
    void theOrderIsThatOfTheNumbersWhateverHappens() {
        for (int run = 0; run < 200; run++) {
            new Run(new Random(SEED + run), "run " + run + " of -Dpool.seed=" + SEED).go();
        }
    }

    /** Sorts by number what a {@link WaitLine} keeps sorted. */
    private static final class Model {
        final Set<ParkedRequest> parked = new LinkedHashSet<>();
        final TreeMap<Long, Holder> queue = new TreeMap<>();

        List<ParkedRequest> of(Holder holder) {
            return parked.stream().filter(request -> request.holder() == holder).toList();
        }

        void queue(Holder holder) {
            if (!queue.containsValue(holder)) {
                queue.put(of(holder).get(0).number(), holder);
            }
        }

        void leave(Holder holder) {
            queue.values().remove(holder);
        }

        @Nullable
        Holder takeFirst() {
            Map.Entry<Long, Holder> first = queue.pollFirstEntry();
            return first == null ? null : first.getValue();
        }
    }

    /** One line and its model, and a random sequence of what {@link LeaseLedger} does with them. */
    private static final class Run {
        private final WaitLine line = new WaitLine();
        private final Model model = new Model();
        private final List<Holder> holders = holders(8);
        private final List<ParkedRequest> all = new ArrayList<>();
        private final Random random;
        private final String name;

        Run(Random random, String name) {
            this.random = random;
            this.name = name;
        }

        void go() {
            for (int step = 0; step < 300; step++) {
                Holder holder = holders.get(random.nextInt(holders.size()));
                switch (random.nextInt(6)) {
                    case 0, 1 -> park(holder);
                    case 2 -> queue(holder);
                    case 3 -> unpark();
                    case 4 -> serveOutOfTurn(holder);
                    default -> serveFirst();
                }
                check(name + ", step " + step);
            }
        }

        private void park(Holder holder) {
            ParkedRequest request = line.park(holder, NOBODY, -all.size());
            assertThat(request.number()).isEqualTo(all.size());
            all.add(request);
            model.parked.add(request);
            // Not at once: another of its requests runs.
            if (random.nextInt(3) > 0) {
                queue(holder);
            }
        }

        private void queue(Holder holder) {
            if (!holder.parked.isEmpty()) {
                line.queue(holder);
                model.queue(holder);
            }
        }

        /** Any request leaves, or one that has left already. */
        private void unpark() {
            if (all.isEmpty()) {
                return;
            }
            ParkedRequest request = all.get(all.size() - 1 - random.nextInt(Math.min(all.size(), 20)));
            assertThat(line.unpark(request)).as(name).isEqualTo(model.parked.remove(request));
            if (request.holder().parked.isEmpty()) {
                leave(request.holder());
            }
        }

        /** Its own token has come back. */
        private void serveOutOfTurn(Holder holder) {
            leave(holder);
            grantAll(holder);
        }

        private void serveFirst() {
            Holder first = line.takeFirst();
            assertThat(first).as(name).isEqualTo(model.takeFirst());
            if (first != null) {
                grantAll(first);
            }
        }

        private void leave(Holder holder) {
            line.leave(holder);
            model.leave(holder);
        }

        private void grantAll(Holder holder) {
            List<ParkedRequest> granted = new ArrayList<>();
            ParkedRequest request;
            while ((request = line.unparkFirst(holder)) != null) {
                granted.add(request);
            }
            assertThat(granted).as(name).isEqualTo(model.of(holder));
            granted.forEach(model.parked::remove);
        }

        private void check(String when) {
            List<ParkedRequest> parked = List.copyOf(model.parked);
            assertThat(line.requests()).as(when).isEqualTo(parked);
            assertThat(line.size()).as(when).isEqualTo(parked.size());
            assertThat(line.oldest()).as(when).isEqualTo(parked.isEmpty() ? null : parked.get(0));
            assertThat(line.isEmpty()).as(when).isEqualTo(model.queue.isEmpty());
            assertThat(line.views(0))
                    .as(when)
                    .isEqualTo(parked.stream().map(Run::view).toList());
        }

        private static WaiterView view(ParkedRequest request) {
            return new WaiterView(request.holder().owner, Duration.ofNanos(request.number()));
        }
    }
}
