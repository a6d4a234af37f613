package io.tpp.simulator;

/** The small answers: the web page, the metrics, and what is not there. The texts are invented. */
final class Pages {
    private static final String HOME = "<!DOCTYPE html><html><head><title>DolphinDB simulator</title></head>"
            + "<body><h1>DolphinDB simulator</h1><p>POST /api/login, POST /api/execute</p></body></html>\n";

    private Pages() {}

    static HttpAnswer home(Exchange exchange, Quirks quirks) {
        return HttpAnswer.of(200, "text/html; charset=utf-8", HOME);
    }

    /** A real server has such a page too; these figures tell how the request came. */
    static HttpAnswer metrics(Exchange exchange, Recorder recorder) {
        boolean authorized = exchange.caller().authorization() != Authorization.Kind.NONE;
        String text = "# TYPE runningJobs gauge\nrunningJobs " + recorder.inFlight()
                + "\n# TYPE simulator_requests counter\nsimulator_requests " + recorder.requestCount()
                + "\n# TYPE simulator_authorization_seen gauge\nsimulator_authorization_seen " + (authorized ? 1 : 0)
                + "\n";
        return HttpAnswer.of(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    static HttpAnswer notFound(Exchange exchange, Quirks quirks) {
        byte[] envelope = Envelope.failure(quirks, 0, exchange.caller().user(), "Not found.");
        return HttpAnswer.json(404, envelope);
    }
}
