package io.circles.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the reading thread has to do when its time has come, since a client has no other thread:
/// it pings an end that is silent, gives up one that stays so, and wakes whoever wants to be
/// woken.
///
/// Concurrency: the reading thread's, but for [#wake], which any thread may call; one that is not
/// the reading thread is served up to a keep-alive late.
final class Pulse {
    private record Alarm(Deadline when, Runnable what) {}

    private final long keepAliveNanos;
    private final Runnable ping;
    private long heardNanos = System.nanoTime();
    private boolean pinged;
    private volatile @Nullable Alarm alarm;

    /// @param keepAlive silence after which the other end is pinged; after twice of it, it is gone
    /// @param ping must neither block nor throw
    Pulse(Duration keepAlive, Runnable ping) {
        this.keepAliveNanos = keepAlive.toNanos();
        this.ping = ping;
    }

    /// Has something done after some time, instead of what was to be done before.
    ///
    /// @param what must neither block nor throw
    void wake(Duration after, Runnable what) {
        alarm = new Alarm(Deadline.after(after), what);
    }

    /// For how long one may read, in milliseconds: 1 or more.
    int millis() {
        long bound = pinged ? 2 * keepAliveNanos : keepAliveNanos;
        long left = bound - (System.nanoTime() - heardNanos);
        Alarm next = alarm;
        long nanos = next == null ? left : Math.min(left, next.when.remainingNanos());
        return Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, 1, Integer.MAX_VALUE);
    }

    /// Something has come.
    void heard() {
        heardNanos = System.nanoTime();
        pinged = false;
        ring();
    }

    /// Nothing has come in that time.
    ///
    /// @throws IOException when the other end is gone
    void silence() throws IOException {
        long silent = System.nanoTime() - heardNanos;
        if (silent >= 2 * keepAliveNanos) {
            throw new IOException(
                    "nothing was heard for " + Duration.ofNanos(silent).toMillis() + " ms");
        }
        if (!pinged && silent >= keepAliveNanos) {
            pinged = true;
            ping.run();
        }
        ring();
    }

    private void ring() {
        Alarm due = alarm;
        if (due != null && due.when.passed()) {
            alarm = null;
            due.what.run();
        }
    }
}
