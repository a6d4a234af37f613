package io.tpp.admin;

import io.tpp.status.Status;
import io.tpp.status.StatusQuery;
import io.tpp.status.StatusQuery.BadQueryException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers {@code /} with the status page, {@code /status.json} with its data, and the page's own files.
 *
 * <p>To be mapped to {@link #PATHS}. Only for the page itself: see {@link SameSite} for what other sites' pages get.
 */
public final class StatusServlet extends ReadOnlyServlet {
    /** The data; what is not here is a file. */
    private static final String DATA = "/status.json";

    private static final Map<String, PageFile> FILES = Map.of(
            "/", PageFile.read("page.html", "text/html;charset=utf-8"),
            "/status/page.css", PageFile.read("page.css", "text/css;charset=utf-8"),
            "/status/page.js", PageFile.read("page.js", "text/javascript;charset=utf-8"),
            "/status/plot.js", PageFile.read("plot.js", "text/javascript;charset=utf-8"),
            "/status/table.js", PageFile.read("table.js", "text/javascript;charset=utf-8"),
            "/status/text.js", PageFile.read("text.js", "text/javascript;charset=utf-8"),
            "/status/icon.svg", PageFile.read("icon.svg", "image/svg+xml"));

    /** All paths this answers, exactly. */
    public static final Set<String> PATHS =
            Stream.concat(Stream.of(DATA), FILES.keySet().stream()).collect(Collectors.toUnmodifiableSet());

    private static final long serialVersionUID = 1L;

    private final transient Status status;
    private final transient SameSite sameSite;

    /** {@code hosts} are further names by which the page may be opened, in lower case. */
    public StatusServlet(Status status, Set<String> hosts) {
        this.status = status;
        this.sameSite = new SameSite(hosts);
    }

    @Override
    Answer answer(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        return content(request, path).with(PageHeaders.ALL);
    }

    private Answer content(HttpServletRequest request, String path) {
        String refusal = sameSite.refusal(request);
        if (refusal != null) {
            return Answer.text(403, refusal + "\n");
        }
        PageFile file = FILES.get(path);
        return file == null ? data(Query.of(request.getQueryString())) : file.answer();
    }

    private Answer data(Query query) {
        try {
            return Answer.json(
                    200,
                    status.json(
                            StatusQuery.read(name -> query.values(name).stream().findFirst())));
        } catch (BadQueryException e) {
            return Answer.text(400, e.getMessage() + "\n");
        }
    }
}
