package io.tpp.rotation;

import io.tpp.config.Credentials;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of credentials that were read again: counts and places, never a name or a secret.
 *
 * <p>One thread.
 */
final class RotationLog {
    private static final Logger logger = LoggerFactory.getLogger(RotationLog.class);

    private final String key;
    private final int poolSize;

    RotationLog(String key, int poolSize) {
        this.key = key;
        this.poolSize = poolSize;
    }

    void unusable(List<String> problems) {
        logger.warn(
                "{} cannot be taken over, what was read before stays in force: {}{}",
                key,
                problems.get(0),
                problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)");
    }

    void readAgain(Credentials before, Credentials now) {
        logger.info("{} was read again: {}", key, Changes.between(before, now));
        int unused = now.count() - poolSize;
        if (unused > 0) {
            logger.warn(
                    "{} holds {} entries, but the pool was made for {}: the last {} are not used until the configuration is reloaded",
                    key,
                    now.count(),
                    poolSize,
                    unused);
        }
    }
}
