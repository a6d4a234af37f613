package io.tpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.tpp.testing.CapturedLog;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A timer does not keep what its tasks throw to itself. */
@Timeout(60)
class DaemonThreadTest {
    private final ScheduledThreadPoolExecutor timer = DaemonThread.timer("test-timer");
    private final CapturedLog log = new CapturedLog(DaemonThread.class.getName());

    @AfterEach
    void stop() {
        timer.shutdownNow();
        log.close();
    }

    private static void fail() {
        throw new IllegalStateException("a bug");
    }

    /** Returns what has been logged of all that was due before. */
    private Iterable<String> errors() throws Exception {
        timer.submit(() -> {}).get();
        return log.lines(Level.ERROR);
    }

    @Test
    void itLogsThatATaskFailedAndDoesTheNext() throws Exception {
        timer.execute(DaemonThreadTest::fail);
        assertThat(errors()).containsExactly("A task failed. Please report this");
    }

    @Test
    void oneThatIsDoneAgainAndAgainGoesOnBeingDone() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        ScheduledFuture<?> task = timer.scheduleWithFixedDelay(
                () -> {
                    three.countDown();
                    fail();
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
        assertThat(three.await(20, TimeUnit.SECONDS)).isTrue();
        task.cancel(false);
        assertThat(errors()).hasSizeGreaterThanOrEqualTo(3).containsOnly("A task failed. Please report this");
    }

    @Test
    void itLogsNothingOfOneThatIsDoneOrCancelled() throws Exception {
        timer.execute(() -> {});
        timer.schedule(DaemonThreadTest::fail, 1, TimeUnit.HOURS).cancel(false);
        assertThat(errors()).isEmpty();
    }

    @Test
    void itLogsNothingOfOneThatFindsItStopped() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        Future<?> task = timer.submit(() -> {
            stopped.await();
            var unused = timer.schedule(() -> {}, 1, TimeUnit.HOURS);
            return null;
        });
        timer.shutdown();
        stopped.countDown();
        assertThat(timer.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(task::get).hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(log.lines(Level.ERROR)).isEmpty();
    }
}
