package io.tpp.admin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who did what: a line in the log for each action, and for attempts without the secret. Thread-safe. */
final class AdminAudit {
    private static final Logger logger = LoggerFactory.getLogger(AdminAudit.class);

    private static final int LONGEST = 200;

    private final AtomicLong refused = new AtomicLong();

    void done(HttpServletRequest request, int status, String said) {
        String query = request.getQueryString();
        String target = request.getRequestURI() + (query == null ? "" : "?" + query);
        logger.info("{} {} by {}: {} {}", request.getMethod(), printable(target), peer(request), status, said);
    }

    /**
     * The first attempt is told, and then each tenth of a power of ten: a log must not be what somebody fills. Without the
     * query, in which the secret may stand by mistake.
     */
    void refused(HttpServletRequest request) {
        long count = refused.incrementAndGet();
        if (isRound(count)) {
            logger.warn(
                    "{} {} by {} was refused: no or a wrong secret ({} times by now)",
                    request.getMethod(),
                    printable(request.getRequestURI()),
                    peer(request),
                    count);
        }
    }

    private static boolean isRound(long count) {
        long rest = count;
        while (rest % 10 == 0) {
            rest /= 10;
        }
        return rest < 10;
    }

    /** As it came, percent-encoded, so that it cannot look like another line. */
    private static String printable(String target) {
        String printable = target.replaceAll("[^\\x21-\\x7e]", "?");
        return printable.length() > LONGEST ? printable.substring(0, LONGEST) + "..." : printable;
    }

    private static String peer(HttpServletRequest request) {
        return request.getRemoteAddr() + ":" + request.getRemotePort();
    }
}
