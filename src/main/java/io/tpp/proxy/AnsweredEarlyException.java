package io.tpp.proxy;

/** The upstream has answered and got no more of the request's body. */
final class AnsweredEarlyException extends Exception {
    private static final long serialVersionUID = 1L;

    AnsweredEarlyException() {
        super("answered before the request's body was through", null, false, false);
    }
}
