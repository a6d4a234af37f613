package io.tpp.simulator;

import java.time.Duration;

/**
 * How the simulated server behaves where real servers differ, or where nobody knows.
 *
 * <p>{@link #documented()} is what the REST manual says; every {@code with…} method returns a copy
 * with one thing changed, so a value never changes once made. Texts and behaviours that no source
 * documents are marked <em>invented</em>.
 */
public final class Quirks implements Cloneable {
    /** How a refused login looks; all but the first are <em>invented</em> ways to go wrong. */
    public enum Refusal {
        /** The documented envelope with {@code code} 1. */
        ENVELOPE,
        /** As printed in the manual: the quotes within the message are not escaped, so it is no JSON. */
        UNESCAPED_QUOTES,
        /** No body at all. */
        EMPTY_BODY,
        /** An HTML page, as a proxy between would send. */
        HTML,
        /** JSON that breaks off. */
        TRUNCATED_JSON,
        /** {@code code} 0, but {@code result} holds no token. */
        SUCCESS_WITHOUT_TOKEN,
        /** The envelope, with a message of eight million characters. */
        HUGE_BODY
    }

    /** What a request gets whose token is missing or no longer good. */
    public enum DeadToken {
        /** Runs as {@code guest} ({@code enableClientAuth=false}); only privileged scripts fail. */
        GUEST,
        /** 401 with {@code WWW-Authenticate}; documented for DolphinX only. */
        UNAUTHORIZED,
        /** 200 with {@code code} 1 and {@code <NotAuthenticated>}; the text is <em>invented</em>. */
        ERROR_CODE
    }

    /** What happens to a second request that comes while its session is busy. */
    public enum SessionClash {
        /** It waits. */
        SERIALIZE,
        /** It fails with {@code code} 1; the text is <em>invented</em>. */
        ERROR,
        /** Both run, and a violation is noted. */
        RECORD
    }

    private static final Quirks DOCUMENTED = new Quirks();

    // Set on fresh copies only.
    boolean numbers;
    boolean singleLineTokens;
    String loginMessage = "";
    Refusal refusal = Refusal.ENVELOPE;
    int refusalStatus = 200;
    boolean refusingEveryLogin;
    int lockAfter;
    Duration lockTime = Duration.ofMinutes(10);
    Duration loginDelay = Duration.ZERO;
    int crashAboveParallelLogins;
    Duration tokenTtl = Duration.ZERO;
    boolean newLoginCancelsOlder;
    int maxLiveTokensPerUser;
    DeadToken deadToken = DeadToken.GUEST;
    boolean clientAuthRequired;
    boolean refusingBeforeBody;
    int scriptErrorStatus = 200;
    SessionClash sessionClash = SessionClash.SERIALIZE;
    boolean sessionPerToken;
    int webWorkers;
    Duration executeDelay = Duration.ZERO;
    boolean chunked;
    int maxConnections;
    int requestsPerConnection;

    private Quirks() {}

    /** Returns the behaviour the manual documents, on a server with any number of web workers. */
    public static Quirks documented() {
        return DOCUMENTED;
    }

    /** Returns {@code code} and {@code session} as numbers, as observed on a 3.x server. */
    public Quirks withNumbers(boolean on) {
        Quirks copy = copy();
        copy.numbers = on;
        return copy;
    }

    /** Sends tokens without line breaks, as servers from 3.00.3.1 on do. */
    public Quirks withSingleLineTokens(boolean on) {
        Quirks copy = copy();
        copy.singleLineTokens = on;
        return copy;
    }

    /** Sends this message with successful logins, as with {@code passwordEffectTime}; text invented. */
    public Quirks withLoginMessage(String message) {
        Quirks copy = copy();
        copy.loginMessage = message;
        return copy;
    }

    /** Sets how a refused login looks. */
    public Quirks withRefusal(Refusal shape) {
        Quirks copy = copy();
        copy.refusal = shape;
        return copy;
    }

    /** Sets the HTTP status of a refused login; the manual does not tell it. */
    public Quirks withRefusalStatus(int status) {
        Quirks copy = copy();
        copy.refusalStatus = status;
        return copy;
    }

    /** Refuses every login, whatever the password. */
    public Quirks withEveryLoginRefused(boolean on) {
        Quirks copy = copy();
        copy.refusingEveryLogin = on;
        return copy;
    }

    /**
     * Locks a user out for {@code time} after so many failures within that time from one address
     * ({@code enhancedSecurityVerification}, {@code failedLoginAttempts}, {@code failedLoginLockTime});
     * 0 failures: never. The message is invented.
     */
    public Quirks withLockOut(int failures, Duration time) {
        Quirks copy = copy();
        copy.lockAfter = failures;
        copy.lockTime = time;
        return copy;
    }

    /** Makes each login take this long. */
    public Quirks withLoginDelay(Duration delay) {
        Quirks copy = copy();
        copy.loginDelay = delay;
        return copy;
    }

    /** Restarts the server when more logins than this run at once, as old servers did; 0: never. */
    public Quirks withCrashAboveParallelLogins(int logins) {
        Quirks copy = copy();
        copy.crashAboveParallelLogins = logins;
        return copy;
    }

    /** Sets how long tokens last; zero: for ever. The real default is not documented. */
    public Quirks withTokenTtl(Duration ttl) {
        Quirks copy = copy();
        copy.tokenTtl = ttl;
        return copy;
    }

    /** Lets a login cancel the older tokens of that user; nothing documents that. */
    public Quirks withNewLoginCancellingOlder(boolean on) {
        Quirks copy = copy();
        copy.newLoginCancelsOlder = on;
        return copy;
    }

    /** Refuses logins of a user who has this many live tokens; 0: no limit. Text invented. */
    public Quirks withMaxLiveTokensPerUser(int tokens) {
        Quirks copy = copy();
        copy.maxLiveTokensPerUser = tokens;
        return copy;
    }

    /** Sets what a request with a dead token gets. */
    public Quirks withDeadToken(DeadToken behaviour) {
        Quirks copy = copy();
        copy.deadToken = behaviour;
        return copy;
    }

    /** Treats a missing token like a dead one instead of as {@code guest} ({@code enableClientAuth}). */
    public Quirks withClientAuthRequired(boolean on) {
        Quirks copy = copy();
        copy.clientAuthRequired = on;
        return copy;
    }

    /** Refuses a dead token after the head, with the request's body unread. */
    public Quirks withRefusalBeforeBody(boolean on) {
        Quirks copy = copy();
        copy.refusingBeforeBody = on;
        return copy;
    }

    /** Sets the HTTP status of a script that fails; the manual does not tell it. */
    public Quirks withScriptErrorStatus(int status) {
        Quirks copy = copy();
        copy.scriptErrorStatus = status;
        return copy;
    }

    /** Sets what happens when two requests want one session at once. */
    public Quirks withSessionClash(SessionClash behaviour) {
        Quirks copy = copy();
        copy.sessionClash = behaviour;
        return copy;
    }

    /** Gives requests without {@code sessionID} the session of their token, not a new one. */
    public Quirks withSessionPerToken(boolean on) {
        Quirks copy = copy();
        copy.sessionPerToken = on;
        return copy;
    }

    /** Sets how many scripts run at once ({@code webWorkerNum}); 0: any number. */
    public Quirks withWebWorkers(int workers) {
        Quirks copy = copy();
        copy.webWorkers = workers;
        return copy;
    }

    /** Makes each script take this much longer. */
    public Quirks withExecuteDelay(Duration delay) {
        Quirks copy = copy();
        copy.executeDelay = delay;
        return copy;
    }

    /** Sends results in chunks instead of with a {@code Content-Length}. */
    public Quirks withChunkedResults(boolean on) {
        Quirks copy = copy();
        copy.chunked = on;
        return copy;
    }

    /** Accepts and closes further connections ({@code maxConnections}); 0: no limit. */
    public Quirks withMaxConnections(int connections) {
        Quirks copy = copy();
        copy.maxConnections = connections;
        return copy;
    }

    /** Closes a connection after so many answers without saying so; 0: never. */
    public Quirks withRequestsPerConnection(int requests) {
        Quirks copy = copy();
        copy.requestsPerConnection = requests;
        return copy;
    }

    private Quirks copy() {
        try {
            return (Quirks) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("is cloneable", e);
        }
    }
}
