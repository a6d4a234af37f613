package io.tpp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of this machine. */
public final class Programs {
    private Programs() {}

    /**
     * Returns where a program is, or fails.
     *
     * @param remedy what makes it be there, such as {@code apt-get install varnish}
     */
    public static Path find(String name, String remedy) {
        return onPath(name).orElseThrow(() -> missing(name, remedy));
    }

    /** Returns a port of the loopback address that is free now, for a program that cannot tell which one it took. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns the failure of a test for which something is missing; its stack would tell nothing. */
    public static AssertionError missing(String name, String remedy) {
        AssertionError missing = new AssertionError("this suite needs " + name + ": " + remedy);
        missing.setStackTrace(new StackTraceElement[0]);
        return missing;
    }
}
