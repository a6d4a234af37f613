package io.tpp.secret;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All secrets that the process holds just now, so that they can be looked for in what is about to be printed.
 *
 * <p>One for the process, as is the log: a secret does not know who may print it. It is forgotten with the object that
 * holds it. One of less than six characters is not kept, because it would be found in half of all lines.
 *
 * <p>Thread-safe; nothing blocks. How long a search takes depends on the text, not on the number of secrets.
 */
public final class KnownSecrets {
    private static final int SHORTEST = 6;

    /** By how many characters a secret is looked up; as many as fit into a long. */
    private static final int START = 4;

    private static final Map<Long, Set<Held>> BY_START = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Object> FORGOTTEN = new ReferenceQueue<>();

    private KnownSecrets() {}

    /** A secret as long as somebody holds it. */
    private static final class Held extends WeakReference<Object> {
        private final String value;

        Held(Object holder, String value) {
            super(holder, FORGOTTEN);
            this.value = value;
        }
    }

    /** Keeps a value as long as {@code holder} lives. */
    public static void add(Object holder, String value) {
        forgetWhatIsGone();
        if (value.length() >= SHORTEST) {
            BY_START.computeIfAbsent(start(value, 0), absent -> ConcurrentHashMap.newKeySet())
                    .add(new Held(holder, value));
        }
    }

    private static void forgetWhatIsGone() {
        for (Reference<?> gone = FORGOTTEN.poll(); gone != null; gone = FORGOTTEN.poll()) {
            Held held = (Held) gone;
            BY_START.computeIfPresent(start(held.value, 0), (start, all) -> {
                all.remove(held);
                return all.isEmpty() ? null : all;
            });
        }
    }

    private static long start(String text, int from) {
        long start = 0;
        for (int i = from; i < from + START; i++) {
            start = start << Character.SIZE | text.charAt(i);
        }
        return start;
    }

    /** Returns the text with each secret replaced by {@link Secret#MASK}; the text itself if there is none in it. */
    public static String mask(String text) {
        if (BY_START.isEmpty() || text.length() < SHORTEST) {
            return text;
        }
        StringBuilder masked = new StringBuilder();
        int copied = 0;
        long start = start(text, 0);
        for (int i = 0; i + START <= text.length(); i++) {
            int length = i < copied ? 0 : secretAt(text, i, start);
            if (length > 0) {
                masked.append(text, copied, i).append(Secret.MASK);
                copied = i + length;
            }
            if (i + START < text.length()) {
                start = start << Character.SIZE | text.charAt(i + START);
            }
        }
        return copied == 0 ? text : masked.append(text, copied, text.length()).toString();
    }

    /** Returns the length of the longest secret there; 0: none. */
    private static int secretAt(String text, int index, long start) {
        int longest = 0;
        for (Held held : BY_START.getOrDefault(start, Set.of())) {
            if (held.value.length() > longest && text.startsWith(held.value, index)) {
                longest = held.value.length();
            }
        }
        return longest;
    }
}
