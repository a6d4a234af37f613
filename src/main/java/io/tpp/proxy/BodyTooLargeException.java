package io.tpp.proxy;

import java.io.IOException;

/** A request's body turned out to be larger than it may be. */
final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException(long limit) {
        super("the request's body is larger than client.max_body_bytes " + limit);
    }
}
