package io.tpp.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Clients that come again and again until the soak is over, each with random numbers and a thread of its own.
 *
 * <p>What a client does depends on the seed alone; when it does so, and what it meets, on the machine.
 */
final class Crowd {
    private final Soak soak;
    private final List<Thread> threads = new ArrayList<>();

    Crowd(Soak soak, int clients, long seed) {
        this.soak = soak;
        for (int i = 0; i < clients; i++) {
            Random random = new Random(seed + i);
            threads.add(daemon("soak-client-" + i, () -> comeAgainAndAgain(random)));
        }
    }

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 256 * 1024);
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Waits for the clients' last visits; a client that does not come to an end is a fault. */
    void join(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                AssertionError stuck = new AssertionError("is still at it");
                stuck.setStackTrace(thread.getStackTrace());
                soak.tally().fault(thread.getName(), stuck);
            }
        }
    }

    private void comeAgainAndAgain(Random random) {
        while (!soak.isOver()) {
            Behaviour behaviour = Behaviour.choose(random);
            try (Visit visit = new Visit(soak, behaviour, random)) {
                behaviour.act(visit);
                soak.tally().count(behaviour.toString());
            } catch (Excused excused) {
                soak.tally().count("excused");
            } catch (InterruptedException e) {
                return;
            } catch (Exception | AssertionError failure) {
                soak.tally().fault(behaviour.toString(), failure);
            }
        }
    }
}
