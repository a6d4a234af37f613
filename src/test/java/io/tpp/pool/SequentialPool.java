package io.tpp.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pool of two tokens is to do for three clients, for one thread: the specification that {@link
 * TokenPoolLinearizabilityTest} holds the pool against. Written without a look at the pool's code.
 */
public final class SequentialPool {
    private static final class Client {
        /** 0: none. */
        int token;

        boolean closed;

        /** Requests that have not ended, oldest first: whether they had to wait. */
        final List<Boolean> requests = new ArrayList<>();
    }

    private final Deque<Integer> idle = new ArrayDeque<>(List.of(1, 2));
    private final Deque<Client> queue = new ArrayDeque<>();
    private final List<Client> clients = List.of(new Client(), new Client(), new Client());

    public String begin(int thread) {
        Client client = client(thread);
        if (client.closed && !client.requests.isEmpty()) {
            return "CLIENT_GONE";
        }
        client.closed = false;
        if (client.token == 0 && queue.isEmpty() && !idle.isEmpty()) {
            client.token = idle.remove();
        }
        boolean waits = client.token == 0;
        client.requests.add(waits);
        if (!waits) {
            return "token " + client.token;
        }
        if (!queue.contains(client)) {
            queue.add(client);
        }
        return "waits";
    }

    public String end(int thread) {
        Client client = client(thread);
        if (client.requests.isEmpty()) {
            return "nothing to end";
        }
        client.requests.remove(0);
        if (client.token == 0) {
            leaveQueue(client);
            return "left";
        }
        String answer = "ended on token " + client.token;
        releaseIfGone(client);
        return answer;
    }

    public String cancel(int thread) {
        Client client = client(thread);
        int last = client.requests.lastIndexOf(true);
        if (last < 0) {
            return "nothing to cancel";
        }
        if (client.token != 0) {
            return "too late";
        }
        client.requests.remove(last);
        leaveQueue(client);
        return "cancelled";
    }

    public String close(int thread) {
        Client client = client(thread);
        client.closed = true;
        if (client.token == 0) {
            client.requests.clear();
            leaveQueue(client);
        }
        releaseIfGone(client);
        return "closed";
    }

    public String figures() {
        long inUse = clients.stream().filter(client -> client.token != 0).count();
        int waiting = waiting().mapToInt(client -> client.requests.size()).sum();
        return "total 2 of 2, in use " + inUse + ", available " + idle.size() + ", waiting " + waiting;
    }

    private Stream<Client> waiting() {
        return clients.stream().filter(client -> client.token == 0);
    }

    private Client client(int thread) {
        return clients.get(thread % clients.size());
    }

    private void leaveQueue(Client client) {
        if (client.requests.isEmpty()) {
            queue.remove(client);
        }
    }

    private void releaseIfGone(Client client) {
        if (!client.closed || client.token == 0 || !client.requests.isEmpty()) {
            return;
        }
        int token = client.token;
        client.token = 0;
        if (queue.isEmpty()) {
            idle.add(token);
        } else {
            queue.remove().token = token;
        }
    }
}
