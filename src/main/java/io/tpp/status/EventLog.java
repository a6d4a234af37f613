package io.tpp.status;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.tpp.status.Event.Severity;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last events, the latest first. The same one again is counted and not listed twice, so that a flood of one kind
 * does not push the others out.
 *
 * <h2>Threads</h2>
 *
 * Any thread. Nothing is done under the monitor but to read and write a small map.
 */
public final class EventLog {
    /** How many different events are kept. */
    static final int CAPACITY = 50;

    private static final int LONGEST = 300;

    private final InstantSource clock;

    /** The one that happened last is last. */
    @GuardedBy("this")
    private final Map<String, Event> events = new LinkedHashMap<>();

    public EventLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Notes what a person should look at. */
    public void warn(String what) {
        add(Severity.WARNING, what);
    }

    /** Notes a fault of TPP itself. */
    public void error(String what) {
        add(Severity.ERROR, what);
    }

    private synchronized void add(Severity severity, String what) {
        String line = line(what);
        @Nullable Event before = events.remove(line);
        var now = clock.instant();
        events.put(line, before == null ? new Event(severity, line, 1, now, now) : before.again(now));
        if (events.size() > CAPACITY) {
            events.remove(events.keySet().iterator().next());
        }
    }

    /** What an upstream put into its messages must neither break lines nor fill the memory. */
    private static String line(String what) {
        String start = what.length() > LONGEST ? what.substring(0, LONGEST) + "..." : what;
        return start.replaceAll("\\p{Cntrl}+", " ");
    }

    /** Returns the events, the latest first. */
    synchronized List<Event> events() {
        List<Event> latestFirst = new ArrayList<>(events.values());
        Collections.reverse(latestFirst);
        return latestFirst;
    }
}
