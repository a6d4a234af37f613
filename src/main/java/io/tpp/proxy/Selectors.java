package io.tpp.proxy;

import org.eclipse.jetty.util.ProcessorUtils;

/** How many threads do the proxy's work: they wait for sockets, and do what is to be done when something comes. */
public final class Selectors {
    private Selectors() {}

    /** Returns how many there are to be on either side, clients' and upstream's: together, one for each processor. */
    public static int eachSide() {
        return Math.max(1, ProcessorUtils.availableProcessors() / 2);
    }
}
