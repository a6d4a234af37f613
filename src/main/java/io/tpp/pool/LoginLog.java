package io.tpp.pool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of logins: the first failure of a run and its end, and the filling of the pool.
 *
 * <p>Owned by {@link TokenRefresher}'s thread. Every message comes from a {@link
 * io.tpp.token.LoginException} and so holds no secret.
 */
final class LoginLog {
    private static final Logger logger = LoggerFactory.getLogger(LoginLog.class);

    private int nextReport = 1;

    /** Called once the credential knows of the failure. */
    void failed(CredentialLogins credential, String message) {
        if (credential.refused()) {
            logger.warn(
                    "Login failed, one more try in {} minutes or when the credential changes: {}",
                    CredentialLogins.AFTER_REFUSAL.toMinutes(),
                    message);
        } else if (credential.failures() == 1) {
            logger.warn("Login failed, will be tried again: {}", message);
        } else {
            logger.debug("Login failed again ({} times now): {}", credential.failures(), message);
        }
    }

    /** At the start, when the last hope is gone: whoever is told ends TPP. */
    void failedForGood(String message) {
        logger.warn("Login failed: {}", message);
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
        int size = pool.size();
        if (pool.total() >= size && nextReport <= size) {
            logger.info("The pool is full: {} tokens", size);
            nextReport = Integer.MAX_VALUE;
        } else if (pool.total() >= nextReport) {
            logger.info("The pool holds {} of {} tokens", pool.total(), size);
            nextReport = Math.min(pool.total() + Math.max(size / 10, 5), size);
        }
    }

    /** The pool is to be larger or smaller: its filling is reported again. */
    void resized(PoolSnapshot pool) {
        nextReport = pool.total() + 1;
    }

    void cancelling(CredentialLogins credential) {
        logger.warn(
                "The upstream lets each login of {} end the older tokens of that user: only one of its tokens is kept"
                        + " for {} minutes. Give TPP as many users as tokens, or set token.pool_size to the number"
                        + " of credentials",
                credential.source().description(),
                Cancellations.LASTS.toMinutes());
    }

    void credentialsChanged(int credentials, int due) {
        logger.info("The credentials changed: {} now, {} tokens are logged in", credentials, due);
    }
}
