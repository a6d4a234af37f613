package io.tpp.pool;

import io.tpp.token.LoginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of logins: the first failure of a run and its end, and the filling of the pool.
 *
 * <p>Owned by {@link TokenRefresher}'s thread. Every message comes from a {@link LoginException} and so
 * holds no secret.
 */
final class LoginLog {
    private static final Logger logger = LoggerFactory.getLogger(LoginLog.class);

    private final int size;
    private int nextReport = 1;

    LoginLog(int size) {
        this.size = size;
    }

    void failed(CredentialLogins credential, LoginException failure) {
        if (credential.failures() == 1 || credential.refused()) {
            logger.warn("Login failed, will be tried again: {}", failure.getMessage());
        } else {
            logger.debug("Login failed again ({} times now): {}", credential.failures(), failure.getMessage());
        }
    }

    /** Called before the credential forgets its failures. */
    void succeeded(CredentialLogins credential) {
        if (credential.failures() > 0) {
            logger.info(
                    "Login works again for {} after {} failures",
                    credential.source().description(),
                    credential.failures());
        }
    }

    /** Reports the first token, each further tenth of a large pool, and the last. */
    void filled(PoolSnapshot pool) {
        if (pool.total() == size && nextReport <= size) {
            logger.info("The pool is full: {} tokens", size);
            nextReport = Integer.MAX_VALUE;
        } else if (pool.total() >= nextReport) {
            logger.info("The pool holds {} of {} tokens", pool.total(), size);
            nextReport = Math.min(pool.total() + Math.max(size / 10, 5), size);
        }
    }
}
