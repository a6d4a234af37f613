package io.tpp.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A DolphinDB REST server in the process, on the loopback address, for the demo and the tests.
 *
 * <p>It behaves as the manual says; where real servers differ or nobody knows, {@link Quirks} choose.
 * It records what it saw, lets tests hold and release requests, and notices by itself when it is used
 * wrongly: see {@link #violations()}. Tokens are known by their number, in order of login, from 1;
 * their values are nowhere but in the answers to logins and to {@link #createAccessToken}.
 *
 * <p>Thread-safe. All its threads are daemons and end with {@link #close()}.
 */
public final class DolphinDbSimulator implements AutoCloseable {
    private static final String NAME = "simulator";

    private final ExecutorService workers;
    private final Timer timer;
    private final Users users = new Users();
    private final Violations violations = new Violations();
    private final Recorder recorder = new Recorder();
    private final Faults faults = new Faults();
    private final Gate hold;
    private final Gates gates;
    private final TicketOffice tickets;
    private final Sessions sessions;
    private final TokenUse tokenUse;
    private final ToolEndpoints tools;
    private final HttpListener listener;
    private final @Nullable HttpListener statsListener;
    private volatile Quirks quirks;

    DolphinDbSimulator(SimulatorBuilder builder) throws IOException {
        workers = newWorkers();
        timer = new Timer(NAME + "-timer", workers);
        quirks = builder.quirks();
        hold = new Gate(workers, true);
        gates = new Gates(workers);
        tickets = new TicketOffice(this::quirks, builder.nanoTime());
        sessions = new Sessions(workers);
        tokenUse = new TokenUse(violations, timer);
        tools = new ToolEndpoints(gates);
        listener = new HttpListener(NAME, builder.sockets(), builder.port(), node(builder), workers);
        listener.open();
        statsListener = openStats(builder.statsPort());
    }

    /** Runs tasks on the caller's thread once it is shut down, so that nothing waits for ever then. */
    private static ExecutorService newWorkers() {
        AtomicLong number = new AtomicLong();
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, NAME + "-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                threads,
                (task, pool) -> task.run());
    }

    private DolphinDbNode node(SimulatorBuilder builder) {
        ScriptRunner runner = new ScriptRunner(hold, gates, new Permits(workers), timer, users, violations);
        LoginEndpoint login = new LoginEndpoint(
                users,
                tickets,
                sessions,
                new LockOut(builder.nanoTime()),
                recorder,
                timer,
                () -> restart(Duration.ZERO));
        return new DolphinDbNode(
                this::quirks,
                new Inspector(tickets, violations),
                tokenUse,
                recorder,
                violations,
                faults,
                login,
                new ExecuteEndpoint(runner, sessions),
                new JsonApiEndpoint(runner, sessions),
                new McpEndpoint(gates),
                tools);
    }

    private @Nullable HttpListener openStats(int port) throws IOException {
        if (port < 0) {
            return null;
        }
        HttpListener stats =
                new HttpListener(NAME + "-stats", ServerSocketFactory.getDefault(), port, new Stats(this), workers);
        stats.open();
        return stats;
    }

    /** Starts one that behaves as documented, on a free port. */
    public static DolphinDbSimulator start() {
        return builder().start();
    }

    /** Starts one on a free port. */
    public static DolphinDbSimulator start(Quirks quirks) {
        return builder().quirks(quirks).start();
    }

    public static SimulatorBuilder builder() {
        return new SimulatorBuilder();
    }

    /** Returns the port it listens on, also while it is down. */
    public int port() {
        return listener.port();
    }

    /** Returns the address of a path, such as {@code /api/login}; for a simulator without TLS. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Returns the port of {@code GET /sim/stats}; -1 if there is none. */
    public int statsPort() {
        return statsListener == null ? -1 : statsListener.port();
    }

    public Quirks quirks() {
        return quirks;
    }

    /** Changes how it behaves towards requests that come from now on. */
    public void quirks(Quirks newQuirks) {
        quirks = newQuirks;
    }

    /** Returns the plan of what goes wrong. */
    public Faults faults() {
        return faults;
    }

    /** Adds a user or changes a password; tokens stay good. */
    public void setPassword(String user, String password) {
        users.set(user, password);
    }

    /**
     * Makes an access token, as {@code createAccessToken(user)} does: it has no expiry, and outlives restarts and
     * changes of the password. It gets the next number.
     *
     * @return its value
     */
    public String createAccessToken(String user) {
        return tickets.issueAccessToken(user).singleLine();
    }

    /** Revokes a token by its number. */
    public void revokeToken(int number) {
        tickets.kill(number, Ticket.Death.REVOKED);
    }

    public void revokeAllTokens() {
        tickets.kill(0, Ticket.Death.REVOKED);
    }

    /** Lets a token expire, by its number. */
    public void expireToken(int number) {
        tickets.kill(number, Ticket.Death.EXPIRED);
    }

    /** Drops all tokens of logins, sessions and connections, and refuses connections for a while. */
    public void restart(Duration down) {
        goDown();
        if (down.isZero()) {
            comeBack();
        } else {
            timer.run(down, this::comeBack);
        }
    }

    /** Drops all tokens of logins, sessions and connections, and refuses connections until {@link #comeBack()}. */
    public void goDown() {
        tickets.restart();
        sessions.dropAll();
        cutOff();
    }

    /** Drops all connections and refuses new ones until {@link #comeBack()}; tokens and sessions stay. */
    public void cutOff() {
        try {
            listener.goDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Listens again, on the same port. */
    public void comeBack() {
        try {
            listener.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes scripts wait that come from now on. */
    public void hold() {
        hold.close();
    }

    /** Lets all held scripts run, and those to come. */
    public void release() {
        hold.open();
    }

    /** Lets the script run that has been held longest; false if none is held. */
    @CanIgnoreReturnValue
    public boolean releaseOne() {
        return hold.releaseOne();
    }

    /** Returns how many scripts are held. */
    public int held() {
        return hold.waiting();
    }

    /** Returns the gate at which the script {@code gate("name")} waits; closed until it is opened. */
    public Gate gate(String name) {
        return gates.named(name);
    }

    /** Returns the newest requests that are over, at most 20,000, in the order in which they ended. */
    public List<SeenRequest> requests() {
        return recorder.requests();
    }

    /** Returns how many requests came, logins included. */
    public long requestCount() {
        return recorder.requestCount();
    }

    /** Returns the newest logins, refused ones included, at most 20,000. */
    public List<SeenLogin> logins() {
        return recorder.logins();
    }

    /** Returns how many logins were tried. */
    public long loginCount() {
        return recorder.loginCount();
    }

    public Map<String, Integer> loginsPerUser() {
        return recorder.loginsPerUser();
    }

    public int peakParallelLogins() {
        return recorder.peakLogins();
    }

    /** Returns how many requests are under way, logins not counted. */
    public int inFlight() {
        return recorder.inFlight();
    }

    /** Returns how many requests lost their connection before they had an answer. */
    public long aborted() {
        return recorder.aborted();
    }

    public int tokensLive() {
        return tickets.live().size();
    }

    /** Returns per token number how many requests were under way at once at most. */
    public Map<Integer, Integer> peakConcurrencyPerToken() {
        return tokenUse.peaks();
    }

    public long sessionsOpened() {
        return sessions.opened();
    }

    public int openConnections() {
        return listener.openConnections();
    }

    /** Returns how many bytes {@code /bytes} has written, for tests of back-pressure. */
    public long bytesSent() {
        return tools.bytesSent();
    }

    /** Returns how many bytes {@code /sink} has read, for tests of back-pressure. */
    public long bytesReceived() {
        return tools.bytesReceived();
    }

    /** Returns the wrong use noticed so far, each kind and sentence once with its count; empty: none. */
    public List<String> violations() {
        tokenUse.confirmAnswered();
        return violations.sentences();
    }

    /** Takes these kinds for no violations from now on. */
    public void tolerate(Violation... kinds) {
        for (Violation kind : kinds) {
            violations.tolerate(kind);
        }
    }

    /**
     * Also notices when a token moves on from a client connection that is still open; not for proxies
     * that reclaim leases.
     *
     * @param isOpen tells whether the client connection {@code ip:port} is open; null: do not look
     */
    public void clientConnectionIsOpen(@Nullable Predicate<String> isOpen) {
        tokenUse.connectionIsOpen(isOpen);
    }

    /** Forgets the requests, logins, counts and violations so far; tokens and sessions stay. */
    public void forget() {
        recorder.forget();
        violations.clear();
    }

    /**
     * Waits until exactly so many requests are under way, logins not counted.
     *
     * @throws IllegalStateException if that does not happen in time
     */
    public void awaitInFlight(int count, Duration timeout) throws InterruptedException {
        await(() -> inFlight() == count, count + " requests under way", timeout);
    }

    /**
     * Waits until so many requests in all lost their client.
     *
     * @throws IllegalStateException if that does not happen in time
     */
    public void awaitAborted(long count, Duration timeout) throws InterruptedException {
        await(() -> aborted() >= count, count + " requests aborted", timeout);
    }

    /**
     * Waits until exactly so many scripts are held.
     *
     * @throws IllegalStateException if that does not happen in time
     */
    public void awaitHeld(int count, Duration timeout) throws InterruptedException {
        await(() -> held() == count, count + " scripts held", timeout);
    }

    /**
     * Waits until exactly so many scripts wait at the gate of that name.
     *
     * @throws IllegalStateException if that does not happen in time
     */
    public void awaitAtGate(String name, int count, Duration timeout) throws InterruptedException {
        await(() -> gate(name).waiting() == count, count + " scripts at gate " + name, timeout);
    }

    private void await(BooleanSupplier condition, String expected, Duration timeout) throws InterruptedException {
        if (!recorder.await(condition, timeout)) {
            throw new IllegalStateException("expected " + expected + " within " + timeout + ", but " + inFlight()
                    + " are under way and " + aborted() + " were aborted");
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            if (statsListener != null) {
                statsListener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            timer.close();
            gates.openAll();
            workers.shutdownNow();
        }
    }
}
