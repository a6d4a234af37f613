package io.tpp.cli;

import io.tpp.config.ConfigException;
import java.io.PrintWriter;
import java.util.List;

/** Where the commands write; errors are single lines with TPP's name in front. */
record Console(PrintWriter out, PrintWriter err) {
    void error(String message) {
        err.println("tpp: " + oneLine(message));
        err.flush();
    }

    void problems(ConfigException e) {
        e.problems().forEach(this::error);
        warnings(e.warnings());
    }

    void warnings(List<String> warnings) {
        warnings.forEach(warning -> error("warning: " + warning));
    }

    void print(String line) {
        out.println(line);
        out.flush();
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*[\\r\\n]+\\s*", " ").strip();
    }
}
