package io.tpp.admin;

import io.tpp.admin.AdminActions.Result;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which path below {@code /admin} is which action. Immutable. */
final class AdminRoutes {
    private static final Pattern REFRESH = Pattern.compile("/tokens/(\\d{1,9})/refresh");
    private static final Pattern CLOSE = Pattern.compile("/connections/(\\d{1,18})/close");

    private final AdminActions actions;
    private final Map<String, Supplier<CompletableFuture<Result>>> plain;

    AdminRoutes(AdminActions actions) {
        this.actions = actions;
        this.plain = Map.of(
                "/pause", actions::pause,
                "/drain", actions::drain,
                "/resume", actions::resume,
                "/reload", actions::reload);
    }

    /** Returns the action of a path; null: it is none. */
    @Nullable
    Function<Query, CompletableFuture<Result>> find(String path) {
        Supplier<CompletableFuture<Result>> action = plain.get(path);
        if (action != null) {
            return query -> action.get();
        }
        Matcher refresh = REFRESH.matcher(path);
        if (refresh.matches()) {
            return query -> actions.refresh(Integer.parseInt(refresh.group(1)));
        }
        Matcher close = CLOSE.matcher(path);
        if (close.matches()) {
            return query -> actions.close(Long.parseLong(close.group(1)));
        }
        return path.equals("/log") ? this::log : null;
    }

    private CompletableFuture<Result> log(Query query) {
        return query.values("filter").stream()
                .findFirst()
                .map(actions::log)
                .orElseGet(() -> CompletableFuture.completedFuture(
                        Result.of(400, "filter is missing, such as /admin/log?filter=tpp=debug")));
    }
}
