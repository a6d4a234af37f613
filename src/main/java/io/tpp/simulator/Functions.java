package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The functions of the script language.
 *
 * <p>DolphinDB's own: {@code getCurrentSessionAndUser()}, {@code login(user, password)},
 * {@code sleep(ms)}, and {@code loadTable(database, table)}, which stands for all that needs a right:
 * admin gets three rows, others DolphinDB's refusal. The simulator's: {@code table(rows)},
 * {@code echoHeaders()}, {@code whoami()}, {@code gate(name)}. Those that wait are statements, not
 * part of expressions.
 */
final class Functions {
    private static final int MAX_ROWS = 10_000_000;
    private static final Set<String> STATEMENTS = Set.of("sleep", "gate");

    private Functions() {}

    static boolean isStatement(String name) {
        return STATEMENTS.contains(name);
    }

    static CompletableFuture<JsonNode> callStatement(String name, List<JsonNode> arguments, ScriptContext context) {
        requireArguments(name, arguments, 1);
        JsonNode argument = arguments.get(0);
        CompletableFuture<?> waited = name.equals("gate")
                ? context.gate(argument.asText())
                : context.sleep(Duration.ofMillis(Math.max(0, argument.asLong())));
        return waited.thenApply(nothing -> MissingNode.getInstance());
    }

    static JsonNode call(String name, List<JsonNode> arguments, ScriptContext context) {
        return switch (name) {
            case "getCurrentSessionAndUser" -> context.sessionAndUser();
            case "whoami" -> context.whoAmI();
            case "echoHeaders" -> context.headers();
            case "table" -> {
                requireArguments(name, arguments, 1);
                yield table(arguments.get(0).asLong());
            }
            case "login" -> {
                requireArguments(name, arguments, 2);
                yield login(arguments.get(0).asText(), arguments.get(1).asText(), context);
            }
            case "loadTable" -> {
                requireArguments(name, arguments, 2);
                yield loadTable(
                        arguments.get(0).asText() + "/" + arguments.get(1).asText(), context.user());
            }
            default -> throw new ScriptException("Cannot recognize the token " + name);
        };
    }

    private static void requireArguments(String name, List<JsonNode> arguments, int count) {
        if (arguments.size() != count) {
            throw new ScriptException("The function [" + name + "] expects " + count + " argument(s)");
        }
    }

    private static JsonNode table(long rows) {
        if (rows < 0 || rows > MAX_ROWS) {
            throw new ScriptException("The number of rows must be between 0 and " + MAX_ROWS);
        }
        ArrayNode table = Json.array();
        for (int row = 0; row < rows; row++) {
            table.add(Json.object().put("id", row).put("val", row * 10L));
        }
        return table;
    }

    private static JsonNode login(String user, String password, ScriptContext context) {
        if (!context.login(user, password)) {
            throw new ScriptException("The user name or password is incorrect.");
        }
        return MissingNode.getInstance();
    }

    private static JsonNode loadTable(String path, String user) {
        if (user.equals(Users.GUEST)) {
            throw new ScriptException("<NotAuthenticated>Not granted to read table " + path);
        }
        if (!user.equals(Users.ADMIN)) {
            throw new ScriptException("<NoPrivilege>Not granted to read table " + path);
        }
        return table(3);
    }
}
