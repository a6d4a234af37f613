package io.tpp.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What can be done to a running TPP. Nothing blocks or throws; results come on any thread, and always come. */
public interface AdminActions {
    /**
     * What came of an action.
     *
     * @param status of HTTP
     * @param said in a few words, for people and the log; without secrets
     * @param details further texts, by name
     */
    record Result(int status, String said, Map<String, List<String>> details) {
        public static Result of(int status, String said) {
            return new Result(status, said, Map.of());
        }
    }

    /** Lets no request begin until {@link #resume}; all wait. */
    CompletableFuture<Result> pause();

    /** Not ready any more: each answer closes its connection, and idle connections are closed, until {@link #resume}. */
    CompletableFuture<Result> drain();

    /** Ends pause and drain. */
    CompletableFuture<Result> resume();

    /** Reads the configuration again. */
    CompletableFuture<Result> reload();

    /** Logs a token in again. */
    CompletableFuture<Result> refresh(int token);

    /** Closes a client's connection, as if the client had. */
    CompletableFuture<Result> close(long connection);

    /** Changes what is logged, until the configuration is read again. */
    CompletableFuture<Result> log(String filter);
}
