package io.tpp.testing;

/** Tunnels through TPP to the simulator, which sends back whatever it gets. */
public final class RawTunnel {
    private RawTunnel() {}

    /** Asks for a tunnel, and does not wait for the answer. */
    public static RawClient ask(RawClient client) {
        return client.send("GET / HTTP/1.1\r\nHost: tpp\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    }

    /** Makes a connection a tunnel. */
    public static RawClient open(RawClient client) {
        String head = ask(client).readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("no tunnel: " + head);
        }
        return client;
    }

    /** Sends a text through a tunnel and waits for it to come back. */
    public static void echo(RawClient tunnel, String text) {
        String back = tunnel.send(text).readText(text.length());
        if (!back.equals(text)) {
            throw new AssertionError(text + " came back as " + back);
        }
    }
}
