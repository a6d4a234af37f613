package io.tpp.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of long waits. */
class LongWaitTest {
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(PoolNews.class);
    private final TestPool test = TestPool.full(TestSettings.size(1));

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aLongWaitIsOneLineWithThePoolsStateHoweverManyWait() throws Exception {
        TokenUse running = test.begin(test.holder());
        for (int i = 0; i < 10; i++) {
            test.await(test.holder());
        }
        test.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(lines()).isEmpty();
        test.advance(Duration.ofSeconds(20));
        assertThat(lines())
                .containsExactly("Requests wait long for a token, the first for 5 s:"
                        + " total 1 of 1, in use 1, available 0, waiting 10");
        test.leave(running);
    }

    @Test
    void itIsToldAgainAfterAMinuteIfItLasts() throws Exception {
        TokenUse running = test.begin(test.holder());
        test.await(test.holder());
        test.advance(Duration.ofSeconds(64));
        assertThat(lines()).hasSize(1);
        test.advance(Duration.ofSeconds(1));
        assertThat(lines()).hasSize(2).last().asString().contains("the first for 65 s");
        test.leave(running);
    }
}
