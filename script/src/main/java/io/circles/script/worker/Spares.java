package io.circles.script.worker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Workers that stand by, and those that are being started. Starting takes seconds and all of a
/// processor, so it is done ahead of need, two at a time when they are needed at once, one
/// otherwise; after a failure not before a while has passed.
///
/// Guarded by the scheduler's lock but for `start`, which runs on a thread of its own.
final class Spares {
    private static final Logger log = LoggerFactory.getLogger(Spares.class);
    private static final int MOST_STARTS = 2;

    /// One start may fail by chance.
    private static final int MANY_FAILURES = 3;

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final int wanted;
    private final Starter starter;
    private final ScheduledExecutorService clock;
    private final Scheduler scheduler;
    private final Deque<Worker> ready = new ArrayDeque<>();
    private int starting;
    private int failures;
    private boolean resting;

    Spares(int wanted, Starter starter, ScheduledExecutorService clock, Scheduler scheduler) {
        this.wanted = wanted;
        this.starter = starter;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    @Nullable Worker take() {
        return ready.pollFirst();
    }

    int count() {
        return ready.size();
    }

    List<Worker> ready() {
        return List.copyOf(ready);
    }

    /// Whether so many starts in a row have failed that it is unknown when there will be a worker.
    boolean isFailing() {
        return failures >= MANY_FAILURES;
    }

    /// Starts what is missing.
    ///
    /// @param needs how many workers are needed at once
    void order(int needs) {
        int most = needs > 0 ? MOST_STARTS : 1;
        int missing = needs > 0 ? needs : wanted - ready.size();
        while (!resting && starting < Math.min(most, missing)) {
            starting++;
            var _ = Thread.startVirtualThread(this::start);
        }
    }

    private void start() {
        try {
            scheduler.started(starter.start(scheduler));
        } catch (IOException | InterruptedException | RuntimeException e) {
            scheduler.notStarted(e);
        }
    }

    void started(Worker worker) {
        starting--;
        failures = 0;
        if (!worker.gone) {
            ready.addLast(worker);
        }
    }

    void notStarted(Exception why) {
        starting--;
        failures++;
        resting = true;
        Duration wait = backOff(failures, ThreadLocalRandom.current().nextDouble());
        log.atError()
                .addKeyValue("failures", failures)
                .addKeyValue("again_in_ms", wait.toMillis())
                .setCause(why)
                .log("a worker did not start");
        var _ = clock.schedule(scheduler::tryAgain, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Twice as long after each failure, give or take a half.
    static Duration backOff(int failures, double random) {
        long doubled = FIRST_WAIT.toMillis() << Math.min(failures - 1, 16);
        long most = Math.min(doubled, LONGEST_WAIT.toMillis());
        return Duration.ofMillis((long) (most * (0.5 + random / 2)));
    }

    void rested() {
        resting = false;
    }

    void ended(Worker worker) {
        ready.remove(worker);
    }
}
