package io.tpp.dolphindb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tpp.json.Json;
import io.tpp.token.BearerToken;
import io.tpp.token.LoginException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads DolphinDB's answer to {@code POST /api/login}.
 *
 * <p>The REST API manual gives the form {@code {"session","user","code","message","result"}} with text values, and a
 * refusal whose quotes are not escaped; servers were seen to send {@code code} as a number. The status of a refusal is
 * not documented. So only {@code code} decides, or a status of 401 or 403; {@code message} may hold text on success (a
 * password about to expire) and is read only to choose among reasons written here, because a refusal repeats the
 * password. An answer that contradicts itself by naming a key twice is not trusted.
 *
 * <p>Wherever it is open whether the credential was refused, {@code REFUSED} wins: trying a wrong password again can
 * lock the user out. Never throws. Stateless.
 */
final class LoginResponse {
    private static final ObjectMapper JSON = JsonMapper.builder(Json.factory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*(?:\"([^\"]*)\"|([+-]?\\d+))");
    private static final Pattern ZERO = Pattern.compile("[+-]?0+(\\.0*)?");
    private static final Pattern PRINTABLE_CODE = Pattern.compile("-?\\d{1,5}");

    private static final Pattern LOCKED = Pattern.compile("(?i)\\block(ed)?\\b");
    private static final Pattern EXPIRED = Pattern.compile("(?i)\\bpassword\\b.{0,20}\\bexpired\\b");
    private static final Pattern WRONG_PASSWORD = Pattern.compile(
            "(?i)\\bpassword\\b.{0,20}\\b(incorrect|wrong|invalid)\\b|\\b(incorrect|wrong|invalid)\\b.{0,30}\\bpassword\\b");

    private LoginResponse() {}

    /** Returns what the answer means. */
    static LoginOutcome read(int status, byte[] body) {
        String text = textOf(body);
        JsonNode answer = objectIn(text);
        String code = answer == null ? firstCodeNotZero(text) : codeOf(answer);
        String refusal = code == null || isZero(code) ? null : code;
        String reason =
                knownReason(answer == null ? text : answer.path("message").asText());

        if (isRefusal(status)) {
            return refused(reason != null ? reason : "HTTP status " + status);
        }
        if (!isSuccess(status)) {
            // Such a status alone means trouble at the server; only a refusal in plain words is one.
            return refusal != null && reason != null ? refused(reason) : malformed("HTTP status " + status);
        }
        if (refusal != null) {
            return refused(reason != null ? reason : unknownReason(refusal));
        }
        if (answer == null) {
            return malformed(text.isBlank() ? "the answer is empty" : "the answer is not a JSON object");
        }
        return code == null ? malformed("the answer holds no code") : tokenIn(answer.path("result"));
    }

    /** Returns whether the status by itself says that the credential is not accepted. */
    static boolean isRefusal(int status) {
        return status == 401 || status == 403;
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /** Decodes leniently: a message in another charset must not hide the token or the code. */
    private static String textOf(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static @Nullable JsonNode objectIn(String text) {
        try {
            JsonNode answer = JSON.readTree(text);
            return answer.isObject() ? answer : null;
        } catch (JsonProcessingException e) {
            // Dropped, because it quotes the answer and with it perhaps the password.
            return null;
        }
    }

    private static @Nullable String codeOf(JsonNode answer) {
        JsonNode code = answer.path("code");
        String text = code.isTextual() || code.isNumber() ? code.asText().strip() : "";
        return text.isEmpty() ? null : text;
    }

    /** Finds the code of a refusal that is not JSON: with the documented, unescaped quotes, or cut off. */
    private static @Nullable String firstCodeNotZero(String text) {
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            String code = matcher.group(1) != null ? matcher.group(1).strip() : matcher.group(2);
            if (!code.isEmpty() && !isZero(code)) {
                return code;
            }
        }
        return null;
    }

    private static boolean isZero(String code) {
        return ZERO.matcher(code).matches();
    }

    private static @Nullable String knownReason(String message) {
        // DolphinDB writes: login("user", "password") => what is wrong
        String text = message.substring(message.lastIndexOf("=>") + 1);
        if (LOCKED.matcher(text).find()) {
            return "the user is locked";
        }
        if (EXPIRED.matcher(text).find()) {
            return "the password has expired";
        }
        return WRONG_PASSWORD.matcher(text).find() ? "wrong user name or password" : null;
    }

    private static String unknownReason(String code) {
        // Anything but a short number might be text that the server repeats.
        return PRINTABLE_CODE.matcher(code).matches() ? "unknown reason (code " + code + ")" : "unknown reason";
    }

    private static LoginOutcome tokenIn(JsonNode result) {
        JsonNode token = result.isArray() && result.size() == 1 ? result.path(0) : result;
        if (!token.isTextual() || token.asText().isBlank()) {
            return malformed("code 0 without a token");
        }
        try {
            return new LoginOutcome.Accepted(BearerToken.of(token.asText()));
        } catch (IllegalArgumentException e) {
            // Dropped, because it names a character of the token.
            return malformed("the token does not fit into a header");
        }
    }

    private static LoginOutcome refused(String reason) {
        return new LoginOutcome.Failed(Kind.REFUSED, reason);
    }

    private static LoginOutcome malformed(String reason) {
        return new LoginOutcome.Failed(Kind.MALFORMED, reason);
    }
}
