package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A parsed script of the simulator's tiny language: statements, one after the other. Immutable.
 *
 * <p>The language is invented, but for the parts of DolphinDB's it looks like: integers with
 * {@code + - *}, texts, variables, {@code throw}, and the functions listed in {@link Functions}.
 */
final class Script {
    /** One step; completes with its value, which is missing if it has none. */
    interface Statement {
        CompletableFuture<JsonNode> run(ScriptContext context);
    }

    private final List<Statement> statements;

    private Script(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Parses a script.
     *
     * @throws ScriptException if it is none
     */
    static Script parse(String text) {
        return new Script(new ScriptParser(text).statements());
    }

    /** Returns the last statement's value; fails with a {@link ScriptException}. Never throws. */
    CompletableFuture<JsonNode> run(ScriptContext context) {
        CompletableFuture<JsonNode> result = CompletableFuture.completedFuture(MissingNode.getInstance());
        for (Statement statement : statements) {
            result = result.thenCompose(ignored -> statement.run(context));
        }
        return result;
    }
}
