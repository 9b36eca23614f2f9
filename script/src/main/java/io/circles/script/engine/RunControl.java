package io.circles.script.engine;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.script.ScriptLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Measures a run and stops it.
///
/// The run's thread enters and leaves realms; any thread measures and stops. `lock` guards
/// everything: the first reason to stop wins, but for a limit that is passed by a run which was
/// only asked to stop, and a realm is closed from outside only while the run
/// uses it, on a thread of its own, because closing does not return before the script does. The
/// run's thread waits for that (`closing`), so that an interrupt meant for this script never
/// reaches the next.
final class RunControl {
    private static final int BUSY_MACHINE = 10;

    /// Half, and a quarter, of what the limits are where nothing else is said.
    private static final long MUCH_CPU_MS = ScriptLimits.DEFAULTS.cpuMs() / 2;

    private static final long MUCH_MEMORY = ScriptLimits.DEFAULTS.memoryBytes() / 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Used> used = new ArrayDeque<>();
    private final AllocationAlarm memory = new AllocationAlarm();
    private final AllocationAlarm muchMemory = new AllocationAlarm();
    private @Nullable ThreadMeter meter;
    private @Nullable CircleException stopReason;
    private boolean onlyAsked;
    private long stoppedAt;
    private long cpuMillisAtStop;
    private boolean ended;

    /// A realm that the run uses; of several, the last one runs.
    static final class Used {
        private final Realm realm;
        private final @Nullable EventLoop loop;
        private @Nullable CompletableFuture<?> closing;

        private Used(Realm realm, @Nullable EventLoop loop) {
            this.realm = realm;
            this.loop = loop;
        }

        private void cancel() {
            if (closing != null) {
                return;
            }
            closing = CompletableFuture.runAsync(realm::cancel, RunControl::onNewThread);
            if (loop != null) {
                loop.wake();
            }
        }
    }

    private static void onNewThread(Runnable task) {
        Thread.ofPlatform().daemon().name("script-stop").start(task);
    }

    /// Begins to measure this thread.
    void measureFromNow() {
        ThreadMeter begun = ThreadMeter.start();
        lock.lock();
        try {
            meter = begun;
        } finally {
            lock.unlock();
        }
    }

    /// What has been measured since.
    ThreadMeter meter() {
        lock.lock();
        try {
            return Objects.requireNonNull(meter, "a run that has begun");
        } finally {
            lock.unlock();
        }
    }

    /// Whether the run, which has not been told to stop, has used much so far.
    boolean usesMuch() {
        lock.lock();
        try {
            if (meter == null || stopReason != null) {
                return false;
            }
            CircleApi.Usage used = meter.usage();
            return muchMemory.isRaised(used, MUCH_MEMORY) || used.cpuMs() >= MUCH_CPU_MS;
        } finally {
            lock.unlock();
        }
    }

    /// The limit that the run is past, if it is past one. Memory counts when two readings agree.
    @Nullable CircleException exceeded(ScriptLimits limits) {
        lock.lock();
        try {
            if (meter == null) {
                return null;
            }
            CircleApi.Usage used = meter.usage();
            boolean certain = memory.isRaised(used, limits.memoryBytes());
            if (!certain && used.allocatedBytes() > limits.memoryBytes()) {
                used = meter.usage();
                certain = memory.isRaised(used, limits.memoryBytes());
            }
            return ThreadMeter.exceeded(certain ? used : withoutMemory(used), limits);
        } finally {
            lock.unlock();
        }
    }

    private static CircleApi.Usage withoutMemory(CircleApi.Usage used) {
        return new CircleApi.Usage(used.wallMs(), used.cpuMs(), 0);
    }

    /// Tells the run to stop, unless it was told before or has ended. Does not wait.
    void stop(CircleException reason) {
        stop(reason, false);
    }

    /// Has the run stop if it can be stopped. One that cannot goes on under its limits, and has its
    /// result if it comes to one.
    void ask(CircleException reason) {
        stop(reason, true);
    }

    private void stop(CircleException reason, boolean asks) {
        lock.lock();
        try {
            if (ended || (stopReason != null && (asks || !onlyAsked))) {
                return;
            }
            stopReason = reason;
            onlyAsked = asks;
            stoppedAt = System.nanoTime();
            cpuMillisAtStop = meter == null ? 0 : meter.usage().cpuMs();
            used.forEach(Used::cancel);
        } finally {
            lock.unlock();
        }
    }

    /// Why it is to stop; null while it may go on.
    @Nullable CircleException stopReason() {
        lock.lock();
        try {
            return stopReason;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it was told to stop, and not only asked.
    boolean mustStop() {
        lock.lock();
        try {
            return stopReason != null && !onlyAsked;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it was told to stop longer ago than that, and has had a processor for half of that
    /// time since; or, however busy the machine is, ten times as long ago.
    boolean stoppedFor(Duration time) {
        lock.lock();
        try {
            long since = System.nanoTime() - stoppedAt;
            if (stopReason == null || since <= time.toNanos()) {
                return false;
            }
            return meter == null
                    || 2 * (meter.usage().cpuMs() - cpuMillisAtStop) >= time.toMillis()
                    || since > BUSY_MACHINE * time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /// From now on the realm is closed when the run is to stop.
    ///
    /// @param loop woken then
    /// @throws CircleException the reason, if it is to stop already
    Used enter(Realm realm, @Nullable EventLoop loop) {
        lock.lock();
        try {
            if (stopReason != null) {
                throw stopReason;
            }
            Used entered = new Used(realm, loop);
            used.push(entered);
            return entered;
        } finally {
            lock.unlock();
        }
    }

    /// The realm is not used any more. Waits until nobody is closing it.
    void leave(Used left) {
        CompletableFuture<?> closing;
        lock.lock();
        try {
            used.remove(left);
            closing = left.closing;
        } finally {
            lock.unlock();
        }
        if (closing != null) {
            closing.exceptionally(e -> null).join();
        }
    }

    /// The run has ended; there is nothing to be stopped any more.
    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }
}
