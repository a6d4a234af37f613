package io.tpp;

import io.tpp.config.ConfigLoader;
import io.tpp.config.LoadedConfig;
import io.tpp.simulator.DolphinDbSimulator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** TPP in front of the built-in DolphinDB simulator, for a first look. */
final class Demo {
    /** What the demo sets; the environment may set it otherwise. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "TPP_LISTEN", "127.0.0.1:8080",
            "TPP_HEALTH_LISTEN", "127.0.0.1:9090",
            "TPP_TOKEN_POOL_SIZE", "4");

    /** The simulator's users. */
    private static final Map<String, String> CREDENTIALS = Map.of(
            "TPP_CREDENTIALS_0_USERNAME", "user1",
            "TPP_CREDENTIALS_0_PASSWORD", "password1",
            "TPP_CREDENTIALS_1_USERNAME", "user2",
            "TPP_CREDENTIALS_1_PASSWORD", "password2");

    private static final String WHAT_TO_TRY = """

            TPP's demo is running: a DolphinDB simulator with TPP and a pool of @size tokens in front of it.
            The simulator's script whoami() tells which token a request carried, by its number.

            Two requests on one connection carry one token:
              curl -s -w '\\n' http://@clients/api/execute -d '{"script":"whoami()"}' --next \\
                   -s -w '\\n' http://@clients/api/execute -d '{"script":"whoami()"}'

            Two connections at once carry two (each asks, then keeps its connection for two seconds):
              for i in 1 2; do echo "$(curl -s http://@clients/api/execute -d '{"script":"whoami()"}' --next \\
                   -s -o /dev/null http://@clients/api/execute -d '{"script":"sleep(2000)"}')" & done; wait

            The pool:
              curl -s -w '\\n' http://@health/health

            Ctrl-C ends it.
            """;

    private Demo() {}

    static int run() throws Exception {
        try (DolphinDbSimulator simulator = DolphinDbSimulator.start()) {
            LoadedConfig loaded = new ConfigLoader(settings(simulator.port())).load(null);
            ProxyProcess.prepare(loaded);
            TppServer server = new TppServer(loaded);
            String whatToTry = WHAT_TO_TRY.replace(
                    "@size", String.valueOf(loaded.config().token().poolSize()));
            return ProxyProcess.run(server, () -> System.out.print(withPorts(whatToTry, server)));
        }
    }

    private static Map<String, String> settings(int upstreamPort) {
        Map<String, String> settings = new HashMap<>(DEFAULTS);
        settings.putAll(System.getenv());
        // Of no use at the simulator, and what the demo prints is for clients without TLS.
        settings.keySet().removeIf(Demo::isForARealServer);
        settings.putAll(CREDENTIALS);
        settings.put("TPP_UPSTREAM_HOST", "127.0.0.1");
        settings.put("TPP_UPSTREAM_PORT", String.valueOf(upstreamPort));
        return settings;
    }

    private static boolean isForARealServer(String variable) {
        return Stream.of("TPP_CREDENTIAL", "TPP_TOKENS_FILE", "TPP_UPSTREAM_", "TPP_TLS_")
                .anyMatch(variable::startsWith);
    }

    private static String withPorts(String text, TppServer server) {
        return text.replace("@clients", "127.0.0.1:" + server.clientPort())
                .replace("@health", "127.0.0.1:" + server.healthPort());
    }
}
