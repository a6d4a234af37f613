package io.tpp.proxy;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Buffers, of which each selector's thread has some of its own, and takes the one first that it gave back last.
 *
 * <p>Jetty's own pool looks through all its buffers for one that nobody uses. A thread that reads from many sockets before
 * it writes to any uses many, so it would look for long, four times a request.
 *
 * <h2>Threads</h2>
 *
 * Any. A thread's own buffers are reused by that thread only; one that ends on another is thrown away.
 */
public final class SelectorBuffers extends ArrayByteBufferPool {
    /** Buffers are of a multiple of this, in bytes, as the base class's. */
    private static final int UNIT = 4096;

    /** Larger ones are the base class's, in units. */
    private static final int LARGEST = 15;

    /**
     * How much of a long body or a tunnel's bytes is to be read, and so written, at once, in bytes.
     *
     * <p>Fewer calls of the system move more. But 64 KiB are a little more than it sends in one piece, be it to a network card
     * that divides it or to a process of the same machine, of whose 65,536 bytes the head is a part: each would be followed by
     * a piece of nearly nothing.
     */
    public static final int LONG_PIECE = LARGEST * UNIT;

    /** How many of a size a thread may have of its own: for as many short answers at once, in 7.5 MiB of the largest. */
    private static final int LIMIT = 128;

    /** The calling thread's, which is one server's for all its life. */
    private static final ThreadLocal<@Nullable Shelf> MINE = new ThreadLocal<>();

    /** Of the threads that there are. */
    private final Set<Shelf> shelves = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        Shelf shelf = direct && size > 0 && size <= LARGEST * UNIT ? shelf() : null;
        Own own = shelf == null ? null : shelf.take(size);
        return own == null ? super.acquire(size, direct) : own;
    }

    /** Returns the calling thread's; null: it is no selector's. */
    private @Nullable Shelf shelf() {
        Shelf shelf = MINE.get();
        if (shelf == null && SelectorTurn.current().selector() != null) {
            shelf = new Shelf();
            MINE.set(shelf);
            shelves.add(shelf);
        }
        return shelf;
    }

    @Override
    public long getDirectByteBufferCount() {
        return super.getDirectByteBufferCount() + sum(Shelf::count);
    }

    @Override
    public long getAvailableDirectByteBufferCount() {
        return super.getAvailableDirectByteBufferCount() + sum(Shelf::available);
    }

    @Override
    public long getDirectMemory() {
        return super.getDirectMemory() + sum(Shelf::memory);
    }

    private long sum(ToIntFunction<Shelf> count) {
        synchronized (shelves) {
            return shelves.stream().mapToInt(count).sum();
        }
    }

    /** Threads throw their own away when they use them next. */
    @Override
    public void clear() {
        super.clear();
        synchronized (shelves) {
            shelves.forEach(Shelf::clear);
        }
    }

    /** The buffers of one thread, which calls all but {@link #count}, {@link #available}, {@link #memory} and {@link #clear}. */
    private static final class Shelf {
        /** By size, in units. */
        private final List<Deque<Own>> free = new ArrayList<>();

        /** All there are, by size in units; one that somebody forgot to release is collected, and vanishes from here. */
        private final List<Set<Own>> all = new ArrayList<>();

        /** How many are free, by size in units; written by the thread only. */
        private final AtomicIntegerArray available = new AtomicIntegerArray(LARGEST + 1);

        private volatile boolean cleared;

        Shelf() {
            for (int units = 0; units <= LARGEST; units++) {
                free.add(new ArrayDeque<>());
                all.add(Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())));
            }
        }

        /** Returns one that is as large; null: there are too many. */
        @Nullable
        Own take(int size) {
            if (cleared) {
                cleared = false;
                dropAll();
            }
            int units = (size + UNIT - 1) / UNIT;
            Own own = free.get(units).pollLast();
            if (own == null) {
                return all.get(units).size() < LIMIT ? make(units) : null;
            }
            available.lazySet(units, free.get(units).size());
            return own.again();
        }

        private Own make(int units) {
            Own own = new Own(units * UNIT, this);
            all.get(units).add(own);
            return own;
        }

        void put(Own own) {
            int units = own.units();
            free.get(units).addLast(own);
            available.lazySet(units, free.get(units).size());
        }

        private void dropAll() {
            for (int units = 0; units <= LARGEST; units++) {
                free.get(units).forEach(this::drop);
                free.get(units).clear();
                available.lazySet(units, 0);
            }
        }

        /** One is not used any more, and not put back. May be called by any thread, as may all that follow. */
        void drop(Own own) {
            all.get(own.units()).remove(own);
        }

        void clear() {
            cleared = true;
        }

        int count() {
            return sum(units -> all.get(units).size());
        }

        int available() {
            return sum(available::get);
        }

        /** In bytes. */
        int memory() {
            return sum(units -> units * UNIT * available.get(units));
        }

        private static int sum(IntUnaryOperator bySize) {
            return IntStream.rangeClosed(0, LARGEST).map(bySize).sum();
        }
    }

    /** A thread's own. */
    private static final class Own extends RetainableByteBuffer.FixedCapacity {
        private final ReferenceCounter references;
        private final Shelf home;

        Own(int length, Shelf home) {
            this(BufferUtil.allocateDirect(length), new ReferenceCounter(), home);
        }

        private Own(ByteBuffer bytes, ReferenceCounter references, Shelf home) {
            super(bytes, references);
            this.references = references;
            this.home = home;
        }

        int units() {
            return capacity() / UNIT;
        }

        Own again() {
            assert Poison.isIn(getByteBuffer()) : "written to after it was given back";
            references.acquire();
            return this;
        }

        @Override
        public boolean release() {
            boolean last = super.release();
            if (last) {
                BufferUtil.reset(getByteBuffer());
                assert Poison.fill(getByteBuffer());
                if (MINE.get() == home) {
                    home.put(this);
                } else {
                    home.drop(this);
                }
            }
            return last;
        }
    }

    /** With assertions: what nobody has is full of this, so that whoever goes on reading or writing there is found out. */
    private static final class Poison {
        private static final byte[] BYTES = new byte[LARGEST * UNIT];

        static {
            Arrays.fill(BYTES, (byte) '!');
        }

        static boolean fill(ByteBuffer bytes) {
            bytes.duplicate().clear().put(BYTES, 0, bytes.capacity());
            return true;
        }

        static boolean isIn(ByteBuffer bytes) {
            return bytes.duplicate().clear().equals(ByteBuffer.wrap(BYTES, 0, bytes.capacity()));
        }
    }
}
