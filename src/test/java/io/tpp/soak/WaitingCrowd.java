package io.tpp.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A program with very many clients: it connects them all, lets them send one request each when it is told, one after
 * the other, and writes down the order in which they are answered.
 *
 * <p>In a process of its own, because both ends of ten thousand connections are more descriptors than many systems let
 * one process have. One line it reads is one request to send; its lines are {@code connected}, then {@code sent} for
 * each, then {@code answered n} for each, n from 0.
 */
final class WaitingCrowd {
    /** Ports of one address may be short, with those that closed a minute ago. */
    private static final int CLIENTS_PER_ADDRESS = 2_000;

    private final List<SocketChannel> clients = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);

    private WaitingCrowd() throws IOException {}

    /** Arguments: the port and how many clients. */
    public static void main(String[] arguments) throws IOException {
        WaitingCrowd crowd = new WaitingCrowd();
        crowd.connect(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println("connected");
        crowd.sendOnCommand();
        crowd.readAnswers();
    }

    private void connect(int port, int count) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open();
            client.bind(new InetSocketAddress(loopback(1 + i / CLIENTS_PER_ADDRESS), 0));
            client.connect(server);
            clients.add(client);
        }
    }

    private static InetAddress loopback(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private void sendOnCommand() throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
        for (int i = 0; i < clients.size(); i++) {
            if (commands.readLine() == null) {
                throw new IOException("the test is gone");
            }
            String request = "GET /echo?n=" + i + " HTTP/1.1\r\nHost: crowd\r\n\r\n";
            clients.get(i).write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
            System.out.println("sent");
        }
    }

    private void readAnswers() throws IOException {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).configureBlocking(false).register(selector, SelectionKey.OP_READ, i);
        }
        int left = clients.size();
        while (left > 0) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                readAnswer((SocketChannel) key.channel(), (Integer) key.attachment());
                left--;
            }
            selector.selectedKeys().clear();
        }
    }

    /** Answers are small and come at once. The client leaves, and the next one gets its token. */
    private void readAnswer(SocketChannel client, int number) throws IOException {
        buffer.clear();
        client.read(buffer);
        String answer = new String(buffer.array(), 0, buffer.position(), US_ASCII);
        boolean own = answer.startsWith("HTTP/1.1 200 ") && answer.contains("\"target\":\"/echo?n=" + number + "\"");
        System.out.println(own ? "answered " + number : "wrong answer to " + number + ": " + answer);
        client.close();
    }
}
