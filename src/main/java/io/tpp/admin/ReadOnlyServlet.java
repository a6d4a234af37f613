package io.tpp.admin;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers GET and HEAD, and refuses every other method. */
abstract class ReadOnlyServlet extends HttpServlet {
    private static final Logger logger = LoggerFactory.getLogger(ReadOnlyServlet.class);

    /** Returns the answer to a GET; must not block. Called on many threads at once. */
    abstract Answer answer(HttpServletRequest request);

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            answerOrFail(request).send(request, response);
        } else {
            response.setHeader("Allow", "GET, HEAD");
            Answer.text(405, "only GET and HEAD are allowed here\n").send(request, response);
        }
    }

    private Answer answerOrFail(HttpServletRequest request) {
        try {
            return answer(request);
        } catch (RuntimeException bug) {
            logger.error("The health connector could not answer", bug);
            return Answer.text(500, "internal error, see the log\n");
        }
    }
}
