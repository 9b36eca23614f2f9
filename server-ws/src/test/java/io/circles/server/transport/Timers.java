package io.circles.server.transport;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A timer whose time the test makes pass.
public final class Timers extends ScheduledThreadPoolExecutor {
    private volatile long lastDelay;

    /// One in which nothing is to be done yet.
    public Timers() {
        super(1);
        setRemoveOnCancelPolicy(true);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        lastDelay = unit.toMillis(delay);
        return super.schedule(task, 1, TimeUnit.DAYS);
    }

    /// After how many milliseconds the last task was to run.
    public long lastDelayMillis() {
        return lastDelay;
    }

    /// Runs everything that was ever to run, in the order in which that was said.
    public void passAll() {
        for (Runnable task : getQueue().stream().sorted().toList()) {
            getQueue().remove(task);
            task.run();
        }
    }
}
