package io.tpp.proxy;

/**
 * Which requests pass, apart from what HTTP itself forbids.
 *
 * @param forwardLogin whether clients may call {@code /api/login} through the proxy
 * @param ownAuthorization where the client's own {@code Authorization} belongs
 * @param limits how large a request may be
 * @param paths where clients may go
 */
record RequestRules(boolean forwardLogin, OwnAuthorization ownAuthorization, RequestLimits limits, PathRules paths) {}
