package io.tpp.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list that adds at its end, and takes an element out wherever it stands, in a time that does not depend on how many
 * there are. The elements themselves know their neighbours: nothing is allocated, and nothing looked up.
 *
 * <p>Guarded by the pool's lock, the elements' links too.
 *
 * @param <E> what stands in it; an element is in one chain at a time
 */
final class Chain<E extends Chain.Link<E>> {
    /** What an element knows of the chain it is in; only for the chain to touch. */
    abstract static class Link<E extends Link<E>> {
        /** Null: it is in none. */
        @Nullable
        Chain<E> chain;

        @Nullable
        E before;

        @Nullable
        E after;
    }

    private @Nullable E first;
    private @Nullable E last;
    private int size;

    /**
     * Adds an element at the end, unless it is there already.
     *
     * @return whether it was added
     * @throws IllegalStateException if it is in another chain
     */
    boolean add(E element) {
        if (element.chain != null) {
            if (element.chain != this) {
                throw new IllegalStateException("in another chain already");
            }
            return false;
        }
        element.chain = this;
        element.before = last;
        if (last == null) {
            first = element;
        } else {
            last.after = element;
        }
        last = element;
        size++;
        return true;
    }

    /** Takes an element out; returns false if it is not in this chain. */
    boolean remove(E element) {
        if (element.chain != this) {
            return false;
        }
        E before = element.before;
        E after = element.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        element.chain = null;
        element.before = null;
        element.after = null;
        size--;
        return true;
    }

    boolean contains(E element) {
        return element.chain == this;
    }

    /** Returns the element that was added before all others; null: it is empty. */
    @Nullable
    E first() {
        return first;
    }

    /** Returns the one added after all others; null: it is empty. */
    @Nullable
    E last() {
        return last;
    }

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    /** Returns what is in it now, in the order in which it was added. */
    List<E> toList() {
        List<E> all = new ArrayList<>(size);
        for (E element = first; element != null; element = element.after) {
            all.add(element);
        }
        return all;
    }
}
