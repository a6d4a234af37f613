package io.tpp.testing;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

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

    /** Returns how many objects of that class there are, after a collection. */
    public static long instances(String type) {
        Matcher line = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(type) + "(?: .*)?$")
                .matcher(histogram());
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    /** Returns what {@code jcmd GC.class_histogram} prints. */
    private static String histogram() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    private static long buffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
