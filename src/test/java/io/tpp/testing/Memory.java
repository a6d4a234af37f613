package io.tpp.testing;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What this process holds, with everything that runs in it. */
public final class Memory {
    private Memory() {}

    /** Returns the bytes of the heap and of direct buffers that are in use, after a collection. */
    public static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + buffers();
    }

    /** Returns the bytes of all direct buffers, those in pools included, after a collection. */
    public static long direct() {
        System.gc();
        return buffers();
    }

    private static long buffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
