package io.tpp.soak;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which token one connection's answers came from. For one thread.
 *
 * <p>In a soak each token has a user of its own, so that the user in an answer tells the token whatever its value is
 * at the time.
 */
final class Slots {
    private static final Pattern USER = Pattern.compile("\"user\":\"([^\"]*)\"");

    /** Who a request is whose token the upstream dropped at a restart. */
    private static final String GUEST = "guest";

    private final Soak soak;
    private String user = "";
    private long sentAt;

    Slots(Soak soak) {
        this.soak = soak;
    }

    /** Notes the token of an answer that has just come, if it tells; fails if it must not be this one. */
    void answered(String body, long requestSentAt) {
        Matcher matcher = USER.matcher(body);
        if (matcher.find() && !matcher.group(1).equals(GUEST)) {
            note(matcher.group(1), requestSentAt);
        }
    }

    private void note(String now, long requestSentAt) {
        long span = System.nanoTime() - sentAt;
        if (!user.isEmpty()
                && !user.equals(now)
                && !soak.setup().tokenMayChange(span)
                && !soak.tokensMayHaveDiedSince(sentAt)) {
            throw new AssertionError("the connection had the token of " + user + ", and has that of " + now + " after "
                    + span / 1_000_000 + " ms");
        }
        user = now;
        sentAt = requestSentAt;
    }
}
