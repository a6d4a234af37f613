package io.tpp.dolphindb;

import java.util.BitSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises from the upstream's answer to a request that it did not accept the request's token.
 *
 * <p>What a dead token gets is not documented for DolphinDB's REST API, so all that is known of its kin is
 * looked for: a status such as 401 (documented for DolphinX); the answer of a script that fails for want of a
 * login, {@code code} 1 and a message that starts with {@code <NotAuthenticated>} (tutorials, {@code
 * enableClientAuth=false}); and the name {@code guest} for the user, as whom DolphinDB runs a script without a
 * login.
 *
 * <p>Immutable and thread-safe.
 */
public final class DeadTokenDetector {
    /** For requests that carry no token. */
    public static final DeadTokenDetector NONE =
            new DeadTokenDetector(Set.of(), Pattern.compile("(?!)"), Set.of("guest"));

    /** As whom DolphinDB runs what comes without a login. */
    static final String GUEST = "guest";

    private static final Pattern SESSION_PATH = Pattern.compile("/[0-9]*");

    private final BitSet statuses = new BitSet();
    private final Pattern pattern;
    private final boolean successIsSuspect;
    private final boolean guestIsRefused;

    /**
     * Makes a detector.
     *
     * @param statuses those that say that the token was refused
     * @param pattern must match all of the answer's code, a blank and its message
     * @param users as whom the tokens were obtained; if {@code guest} is among them, that user is nothing to wonder at
     */
    public DeadTokenDetector(Set<Integer> statuses, Pattern pattern, Set<String> users) {
        statuses.forEach(this.statuses::set);
        this.pattern = pattern;
        this.successIsSuspect = AnswerStart.matches(pattern, AnswerStart.SUCCESS, "");
        this.guestIsRefused = users.stream().noneMatch(GUEST::equalsIgnoreCase);
    }

    /**
     * Returns whether an answer with this status says that the token was refused.
     *
     * <p>A request so answered was not executed: 401 says that it "has not been applied because it lacks valid
     * authentication credentials" (RFC 9110 §15.5.2).
     */
    public boolean refuses(int status) {
        return statuses.get(status);
    }

    /**
     * Returns what to give the start of an answer's body to; null: this answer cannot tell.
     *
     * @param method the request's
     * @param path the request's, as it was sent
     * @param contentType the answer's; null: it has none
     * @param contentEncoding the answer's; null: it has none
     */
    public @Nullable AnswerStart start(
            String method, String path, @Nullable String contentType, @Nullable String contentEncoding) {
        boolean plain = contentEncoding == null || contentEncoding.equalsIgnoreCase("identity");
        return plain && mayBeJson(contentType) && answersInEnvelope(method, path)
                ? new AnswerStart(pattern, successIsSuspect, guestIsRefused)
                : null;
    }

    /** REST: {@code /api/…}; the older JSON API: {@code POST /} and {@code POST /<sessionID>}. */
    private static boolean answersInEnvelope(String method, String path) {
        return path.startsWith("/api/")
                || (method.equals("POST") && SESSION_PATH.matcher(path).matches());
    }

    /** Which type DolphinDB gives its JSON is not documented, so any text may be it. */
    private static boolean mayBeJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.contains("json") || type.startsWith("text/");
    }
}
