package io.tpp.simulator;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Which faults the next requests meet. Thread-safe. */
public final class Faults {
    private final List<Planned> plan = new CopyOnWriteArrayList<>();

    Faults() {}

    /** Plans a fault for the next request whose path starts with {@code path}. */
    public void once(String path, Fault fault) {
        times(1, path, fault);
    }

    /** Plans a fault for the next {@code times} requests whose path starts with {@code path}. */
    public void times(int times, String path, Fault fault) {
        plan.add(new Planned(path, fault, new AtomicInteger(times)));
    }

    /** Plans a fault for every request whose path starts with {@code path}. */
    public void always(String path, Fault fault) {
        times(Integer.MAX_VALUE, path, fault);
    }

    /** Forgets what is planned; a fault that is under way goes on. */
    public void clear() {
        plan.clear();
    }

    @Nullable
    Fault take(String path) {
        Iterator<Planned> planned = plan.iterator();
        while (planned.hasNext()) {
            Planned next = planned.next();
            if (path.startsWith(next.path) && next.left.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                if (next.left.get() == 0) {
                    plan.remove(next);
                }
                return next.fault;
            }
        }
        return null;
    }

    private record Planned(String path, Fault fault, AtomicInteger left) {}
}
