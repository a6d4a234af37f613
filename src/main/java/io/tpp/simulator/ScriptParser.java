package io.tpp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a script's text into statements, by recursive descent. For one text, on one thread. */
final class ScriptParser {
    /** A value that is there at once. */
    interface Expression extends Function<ScriptContext, JsonNode> {}

    private static final Pattern WORD = Pattern.compile(
            "\\s*(?:(?<number>\\d{1,18})|(?<name>[A-Za-z_]\\w*)|\"(?<text>(?:[^\"\\\\]|\\\\.)*)\"|(?<symbol>[-+*=();,\\n]))");

    private final Matcher matcher;
    private final int length;
    private int position;

    ScriptParser(String text) {
        String script = text.strip();
        this.matcher = WORD.matcher(script);
        this.length = script.length();
    }

    List<Script.Statement> statements() {
        List<Script.Statement> statements = new ArrayList<>();
        while (position < length) {
            if (!accept(";")) {
                statements.add(statement());
                if (position < length && !accept(";")) {
                    throw error();
                }
            }
        }
        return statements;
    }

    private Script.Statement statement() {
        int start = position;
        String name = acceptName();
        if (name == null) {
            return now(expression());
        }
        if (name.equals("throw")) {
            return thrown(expression());
        }
        if (accept("=")) {
            return assignment(name, expression());
        }
        if (Functions.isStatement(name) && accept("(")) {
            List<Expression> arguments = arguments();
            return context -> Functions.callStatement(name, values(arguments, context), context);
        }
        position = start;
        return now(expression());
    }

    private static Script.Statement now(Expression expression) {
        return context -> CompletableFuture.completedFuture(expression.apply(context));
    }

    private static Script.Statement thrown(Expression message) {
        return context -> {
            throw new ScriptException(message.apply(context).asText());
        };
    }

    private static Script.Statement assignment(String name, Expression value) {
        return context -> {
            context.variables().put(name, value.apply(context));
            return CompletableFuture.completedFuture(MissingNode.getInstance());
        };
    }

    private Expression expression() {
        Expression left = term();
        while (true) {
            if (accept("+")) {
                left = sum(left, term());
            } else if (accept("-")) {
                left = arithmetic(left, term(), -1);
            } else {
                return left;
            }
        }
    }

    private Expression term() {
        Expression left = factor();
        while (accept("*")) {
            Expression first = left;
            Expression second = factor();
            left = context -> LongNode.valueOf(integer(first.apply(context)) * integer(second.apply(context)));
        }
        return left;
    }

    private Expression factor() {
        if (accept("-")) {
            return arithmetic(context -> LongNode.valueOf(0), factor(), -1);
        }
        if (accept("(")) {
            Expression inner = expression();
            require(")");
            return inner;
        }
        return atom();
    }

    private Expression atom() {
        if (!matches()) {
            throw error();
        }
        String number = matcher.group("number");
        String text = matcher.group("text");
        String name = matcher.group("name");
        if (number == null && text == null && name == null) {
            throw error();
        }
        position = matcher.end();
        if (name != null) {
            return accept("(") ? call(name, arguments()) : variable(name);
        }
        JsonNode value = number != null ? LongNode.valueOf(Long.parseLong(number)) : TextNode.valueOf(unescape(text));
        return context -> value;
    }

    private static Expression call(String name, List<Expression> arguments) {
        return context -> Functions.call(name, values(arguments, context), context);
    }

    private static Expression variable(String name) {
        return context -> {
            JsonNode value = context.variables().get(name);
            if (value == null) {
                throw new ScriptException("Cannot recognize the token " + name);
            }
            return value;
        };
    }

    private List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        if (accept(")")) {
            return arguments;
        }
        do {
            arguments.add(expression());
        } while (accept(","));
        require(")");
        return arguments;
    }

    private static List<JsonNode> values(List<Expression> expressions, ScriptContext context) {
        return expressions.stream().map(each -> each.apply(context)).toList();
    }

    private static Expression sum(Expression left, Expression right) {
        return context -> {
            JsonNode first = left.apply(context);
            JsonNode second = right.apply(context);
            if (first.isTextual() || second.isTextual()) {
                return TextNode.valueOf(first.asText() + second.asText());
            }
            return LongNode.valueOf(integer(first) + integer(second));
        };
    }

    private static Expression arithmetic(Expression left, Expression right, int sign) {
        return context -> LongNode.valueOf(integer(left.apply(context)) + sign * integer(right.apply(context)));
    }

    private static long integer(JsonNode value) {
        if (!value.isIntegralNumber()) {
            throw new ScriptException("The operands must be integers");
        }
        return value.longValue();
    }

    private static String unescape(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }

    private boolean matches() {
        return matcher.region(position, length).lookingAt();
    }

    private boolean accept(String symbol) {
        boolean found = matches() && symbol.equals(matcher.group("symbol"));
        if (found) {
            position = matcher.end();
        }
        return found;
    }

    private @Nullable String acceptName() {
        String name = matches() ? matcher.group("name") : null;
        if (name != null) {
            position = matcher.end();
        }
        return name;
    }

    private void require(String symbol) {
        if (!accept(symbol)) {
            throw error();
        }
    }

    private ScriptException error() {
        return new ScriptException("Syntax Error: [line #1] at column " + (position + 1));
    }
}
