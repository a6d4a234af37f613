package io.tpp.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tpp.admin.AdminActions.Result;
import io.tpp.json.Json;
import io.tpp.status.Status;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /admin}: actions by POST, views by GET, all with the secret as a bearer token.
 *
 * <p>Without a secret to compare with, there is no {@code /admin}: everything is answered with 404. A request without
 * the right one gets 401, and not before half a second has passed. A browser never sends it by itself, so another site's
 * page cannot do anything here.
 *
 * <h2>Threads</h2>
 *
 * Called by Jetty on any thread; nothing blocks. Answers are sent on whichever thread the result comes on.
 */
public final class AdminServlet extends HttpServlet {
    /** Below this path. */
    public static final String PATH = "/admin";

    private static final Logger logger = LoggerFactory.getLogger(AdminServlet.class);

    private static final long serialVersionUID = 1L;

    /** How long whoever guesses has to wait each time. */
    private static final Duration REFUSAL = Duration.ofMillis(500);

    private final transient Supplier<@Nullable AdminKey> key;
    private final transient ScheduledExecutorService timer;
    private final transient AdminRoutes routes;
    private final transient AdminViews views;
    private final transient AdminAudit audit = new AdminAudit();

    /**
     * Makes the servlet, to be mapped to {@link #PATH} and everything below it, with asynchronous answers.
     *
     * @param key what to compare with now; null: nobody may do anything
     * @param timer for answers that come late; only ever given short tasks
     */
    public AdminServlet(
            Supplier<@Nullable AdminKey> key,
            AdminActions actions,
            Status status,
            BooleanSupplier paused,
            BooleanSupplier drained,
            ScheduledExecutorService timer) {
        this.key = key;
        this.timer = timer;
        this.routes = new AdminRoutes(actions);
        this.views = new AdminViews(status, paused, drained);
    }

    /** Returns whether a path, without that of the context, is one of these. */
    public static boolean serves(String path) {
        return path.equals(PATH) || path.startsWith(PATH + "/");
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        AdminKey present = key.get();
        if (present == null) {
            Answer.text(404, "not found: there is no admin.token_file\n").send(request, response);
        } else if (!present.opens(request.getHeader("Authorization"))) {
            refuse(request, response);
        } else {
            route(request, response);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response) {
        audit.refused(request);
        Answer answer = Answer.text(401, "the secret of admin.token_file is needed, as a bearer token\n")
                .with(Map.of("WWW-Authenticate", "Bearer realm=\"TPP\""));
        AsyncContext later = later(request);
        Runnable send = () -> send(answer, later, request, response);
        try {
            var unused = timer.schedule(send, REFUSAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            send.run();
        }
    }

    private void route(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI().substring(request.getContextPath().length() + PATH.length());
        Query query = Query.of(request.getQueryString());
        Function<Query, CompletableFuture<Result>> action = routes.find(path);
        if (action != null) {
            act(action, query, request, response);
        } else if (path.startsWith("/") && views.has(path.substring(1))) {
            view(path.substring(1), query, request, response);
        } else {
            Answer.text(404, """
                    not found; below /admin there are
                    POST /pause, /resume, /drain, /reload, /tokens/{number}/refresh, /connections/{number}/close, /log?filter=
                    GET  /pool, /tokens, /connections, /config
                    """).send(request, response);
        }
    }

    private void view(String name, Query query, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        Answer answer = reads ? views.answer(name, query) : notAllowed("GET, HEAD");
        answer.send(request, response);
    }

    private static Answer notAllowed(String allowed) {
        return Answer.text(405, "only " + allowed + " is allowed here\n").with(Map.of("Allow", allowed));
    }

    private void act(
            Function<Query, CompletableFuture<Result>> action,
            Query query,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!request.getMethod().equals("POST")) {
            notAllowed("POST").send(request, response);
            return;
        }
        AsyncContext later = later(request);
        var unused = action.apply(query).whenComplete((result, failure) -> {
            Result told = result == null ? Result.of(500, "internal error, see the log") : result;
            if (failure != null) {
                logger.error("An action failed", failure);
            }
            audit.done(request, told.status(), told.said());
            send(answer(told), later, request, response);
        });
    }

    private static AsyncContext later(HttpServletRequest request) {
        AsyncContext later = request.startAsync();
        later.setTimeout(0);
        return later;
    }

    private static Answer answer(Result result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("result", result.said());
        new TreeMap<>(result.details()).forEach((name, texts) -> {
            var list = json.putArray(name);
            texts.forEach(list::add);
        });
        return Answer.json(result.status(), Json.text(json));
    }

    private static void send(
            Answer answer, AsyncContext later, HttpServletRequest request, HttpServletResponse response) {
        try {
            answer.send(request, response);
        } catch (IOException | RuntimeException lost) {
            logger.debug("Nobody is there any more to be answered");
        } finally {
            later.complete();
        }
    }
}
