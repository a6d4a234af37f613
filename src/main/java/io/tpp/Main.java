package io.tpp;

import io.tpp.cli.Cli;
import io.tpp.tls.ServerTls;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The jar's entry. */
public final class Main {
    /**
     * How many references are next to one another in a line of the processor's cache: 64 bytes, and 4 each as long as the heap
     * has less than 32 GB. If nobody says so, Jetty asks Java's JMX server, which takes a fifth of the start to set up.
     */
    private static final String REFERENCES = "org.eclipse.jetty.util.referencesPerCacheLine";

    private Main() {}

    /** Executes a command and ends the process with its exit code. */
    public static void main(String[] args) {
        // Now, because the JDK looks at it when TLS is first used.
        System.setProperty(ServerTls.REFUSE_RENEGOTIATION, "true");
        if (System.getProperty(REFERENCES) == null) {
            System.setProperty(REFERENCES, "16");
        }
        int exitCode = Cli.execute(
                args, System.getenv(), writer(System.out), writer(System.err), ProxyProcess::run, Demo::run);
        System.exit(exitCode);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }
}
