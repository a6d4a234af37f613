package io.tpp.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.BufferPoolsExports;
import io.prometheus.client.hotspot.ClassLoadingExports;
import io.prometheus.client.hotspot.GarbageCollectorExports;
import io.prometheus.client.hotspot.MemoryPoolsExports;
import io.prometheus.client.hotspot.StandardExports;
import io.prometheus.client.hotspot.ThreadExports;
import io.prometheus.client.hotspot.VersionInfoExports;

/** Puts together everything a scrape shows: TPP's metrics, the Java machine's and the process's. */
public final class PrometheusExport {
    private PrometheusExport() {}

    /**
     * Returns a new registry to scrape; never the library's static one, which would outlive a
     * redeployed WAR.
     *
     * @param metrics where TPP's metrics are or will be registered
     * @param version TPP's own, for {@code tpp_build_info}
     */
    public static CollectorRegistry of(MetricRegistry metrics, String version) {
        registerBuildInfo(metrics, version);
        CollectorRegistry exported = new CollectorRegistry();
        new RegistryCollector(metrics).register(exported);
        registerProcess(exported);
        return exported;
    }

    private static void registerBuildInfo(MetricRegistry metrics, String version) {
        String java = System.getProperty("java.version", "unknown");
        metrics.gauge(MetricName.BUILD_INFO.key(version, java), () -> () -> 1);
    }

    // Not DefaultExports.register: its MemoryAllocationExports adds a listener to the Java machine
    // that nothing removes, which would keep a redeployed WAR's classes in memory.
    private static void registerProcess(CollectorRegistry exported) {
        new StandardExports().register(exported);
        new MemoryPoolsExports().register(exported);
        new BufferPoolsExports().register(exported);
        new GarbageCollectorExports().register(exported);
        new ThreadExports().register(exported);
        new ClassLoadingExports().register(exported);
        new VersionInfoExports().register(exported);
    }
}
