package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StopSignalTest {
    private final StopSignal stop = new StopSignal();

    private String waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return "never";
    }

    @Test
    void whatStartsIsInterruptedAndNothingAfterIt() throws Exception {
        Thread other = Thread.ofVirtual().unstarted(stop::stop);
        assertThatThrownBy(
                        () ->
                                stop.unlessTold(
                                        () -> {
                                            other.start();
                                            return waitForEver();
                                        }))
                .isInstanceOf(InterruptedException.class);
        other.join();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        stop.await();
    }

    @Test
    void whatBeginsAfterTheSignalIsInterruptedTooAndWhatWasDoneByThenStands() throws Exception {
        stop.stop();

        assertThatThrownBy(() -> stop.unlessTold(this::waitForEver))
                .isInstanceOf(InterruptedException.class);
        assertThat(stop.unlessTold(() -> "done")).isEqualTo("done");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void whatFailsFailsAsItDoesUnlessThatIsOfTheSignal() {
        IllegalStateException failure = new IllegalStateException("of a test");
        StopSignal.Start<String> failing =
                () -> {
                    throw failure;
                };
        assertThatThrownBy(() -> stop.unlessTold(failing)).isSameAs(failure);

        stop.stop();
        assertThatThrownBy(() -> stop.unlessTold(failing)).isInstanceOf(InterruptedException.class);
    }
}
