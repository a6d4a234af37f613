package io.tpp;

import io.tpp.config.LoadedConfig;
import io.tpp.config.TppConfig;
import io.tpp.telemetry.Logging;
import io.tpp.telemetry.TraceExport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TPP as a process: from its configuration to the signal that ends it. */
final class ProxyProcess {
    private ProxyProcess() {}

    /**
     * Runs until SIGTERM or SIGINT; a second one ends the process at once.
     *
     * @return the exit code after a normal stop
     * @throws StartException if TPP cannot start, or turns out to be unable to run
     */
    static int run(LoadedConfig loaded) throws Exception {
        prepare(loaded);
        Logger logger = LoggerFactory.getLogger(ProxyProcess.class);
        logger.info("Configuration: {}", ConfigSummary.given(loaded.values()));
        logger.debug("Effective configuration: {}", ConfigSummary.all(loaded.values()));
        return run(new TppServer(loaded), () -> {});
    }

    /** Starts the export of traces, sets logging up, and logs what a person should look at. */
    static void prepare(LoadedConfig loaded) {
        TppConfig.Telemetry telemetry = loaded.config().telemetry();
        // Before there is any logger: the agent puts the ids of traces into their lines.
        TraceExport export = TraceExport.start(telemetry.otlpEndpoint(), System.getenv());
        Logging.configure(telemetry.logFilter(), telemetry.logFormat(), telemetry.requestLog());
        loaded.warnings().forEach(LoggerFactory.getLogger(ProxyProcess.class)::warn);
        export.log();
    }

    /** Runs a server; {@code started} is called once it serves. */
    static int run(TppServer server, Runnable started) throws Exception {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        server.onFailure(reason -> stop.completeExceptionally(new StartException(reason)));
        Runnable onSignal = () -> {
            if (!stop.complete(null)) {
                Runtime.getRuntime().halt(1);
            }
        };
        Signals.handle("TERM", onSignal);
        Signals.handle("INT", onSignal);
        boolean deafToHup = Signals.handle("HUP", () -> {
            var unused = server.tpp().reload().now("SIGHUP");
        });
        if (deafToHup) {
            LoggerFactory.getLogger(ProxyProcess.class)
                    .info("SIGHUP does nothing, because TPP was started with it ignored, as by nohup;"
                            + " reload.watch and POST /admin/reload read the configuration again");
        }
        server.start();
        started.run();
        try {
            stop.get();
        } catch (ExecutionException failed) {
            server.stopNow();
            throw (StartException) failed.getCause();
        }
        server.stop();
        return 0;
    }
}
