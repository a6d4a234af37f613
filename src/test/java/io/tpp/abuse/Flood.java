package io.tpp.abuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Many connections from an address that is not that of other clients, without a thread or a buffer for each. One thread. */
final class Flood implements AutoCloseable {
    private final InetAddress from;
    private final InetSocketAddress to;
    private final List<SocketChannel> open = new ArrayList<>();
    private final ByteBuffer piece = ByteBuffer.allocate(1_000);
    private long received;

    private Flood(InetAddress from, int port) {
        this.from = from;
        this.to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** From 127.0.0.n: all of 127.0.0.0/8 is this machine. */
    static Flood from(int n, int port) throws IOException {
        return new Flood(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) n}), port);
    }

    /** Opens so many more, each of which begins with one of these texts. */
    void connect(int count, List<String> openings) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            open.add(channel);
            channel.bind(new InetSocketAddress(from, 0)).connect(to);
            channel.configureBlocking(false);
            send(channel, openings.get(i % openings.size()));
        }
    }

    private static void send(SocketChannel channel, String text) {
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        } catch (IOException closed) {
            // So the other side was faster; seen when it is read.
        }
    }

    /** Returns how many TPP has not ended. */
    int open() throws IOException {
        for (Iterator<SocketChannel> left = open.iterator(); left.hasNext(); ) {
            SocketChannel channel = left.next();
            if (isEnded(channel)) {
                left.remove();
                channel.close();
            }
        }
        return open.size();
    }

    private boolean isEnded(SocketChannel channel) {
        try {
            int count = channel.read(piece.clear());
            while (count > 0) {
                received += count;
                count = channel.read(piece.clear());
            }
            return count < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Returns how many bytes came, as far as {@link #open} saw. */
    long received() {
        return received;
    }

    /** Ends all that are open. */
    void hangUp() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
