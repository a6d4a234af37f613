package io.tpp;

import io.tpp.config.ConfigLoader;
import io.tpp.config.TppConfig;
import io.tpp.config.TppConfig.LogFormat;
import io.tpp.simulator.DolphinDbSimulator;
import io.tpp.telemetry.Logging;
import java.util.HashMap;
import java.util.Map;

/** TPP in front of the built-in DolphinDB simulator, for a first look. */
final class Demo {
    /** What the demo sets; each may be overridden by the environment. */
    private static final Map<String, String> SETTINGS = Map.of(
            "TPP_LISTEN", "127.0.0.1:8080",
            "TPP_HEALTH_LISTEN", "127.0.0.1:9090",
            "TPP_CREDENTIALS_0_USERNAME", "user1",
            "TPP_CREDENTIALS_0_PASSWORD", "password1",
            "TPP_CREDENTIALS_1_USERNAME", "user2",
            "TPP_CREDENTIALS_1_PASSWORD", "password2",
            "TPP_TOKEN_POOL_SIZE", "4");

    private static final String WHAT_TO_TRY = """

            TPP's demo is running: a DolphinDB simulator with TPP and a pool of 4 tokens in front of it.
            The simulator's script whoami() tells which token a request carried, by its number.

            Two requests on one connection carry one token:
              curl -s -w '\\n' http://@clients/api/execute -d '{"script":"whoami()"}' --next \\
                   -s -w '\\n' http://@clients/api/execute -d '{"script":"whoami()"}'

            Two connections at once carry two (each asks, then keeps its connection for two seconds):
              for i in 1 2; do curl -s -w '\\n' http://@clients/api/execute -d '{"script":"whoami()"}' --next \\
                   -s -o /dev/null http://@clients/api/execute -d '{"script":"sleep(2000)"}' & done; wait

            The pool:
              curl -s -w '\\n' http://@health/health

            Ctrl-C ends it.
            """;

    private Demo() {}

    static int run() throws Exception {
        Logging.configure("info", LogFormat.TEXT);
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start()) {
            TppServer server = new TppServer(config(simulator.port()));
            return ProxyProcess.run(server, () -> System.out.print(whatToTry(server)));
        }
    }

    private static TppConfig config(int upstreamPort) throws Exception {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(System.getenv());
        settings.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        settings.put("TPP_UPSTREAM_PORT", String.valueOf(upstreamPort));
        return new ConfigLoader(settings).load(null).config();
    }

    private static String whatToTry(TppServer server) {
        return WHAT_TO_TRY
                .replace("@clients", "127.0.0.1:" + server.clientPort())
                .replace("@health", "127.0.0.1:" + server.healthPort());
    }
}
