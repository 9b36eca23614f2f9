package io.circles.script.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/// What waits to be written to Redis, taken many at a time: each time costs both ends a trip, whose
/// share of a call is the smaller the more go together.
///
/// Who takes waits for more while several times as much as is there is under way: runs, each of
/// which ends in an item here or makes room for one. It is four moments at most, and one in which
/// nothing comes is the last. Where little is under way nothing waits. Putting in never blocks.
/// Thread-safe; one thread takes.
final class Gathering<T> {
    /// Small beside what a call over Redis takes, and long enough for some to come together.
    private static final long MOMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(150);

    private static final int MOST_MOMENTS = 4;
    private static final int MUCH = 4;

    private final BlockingQueue<T> items = new LinkedBlockingQueue<>();
    private final int mostAtOnce;
    private final IntSupplier underWay;

    /// @param mostAtOnce how many are taken together
    /// @param underWay how many runs are under way, those included whose items are there
    Gathering(int mostAtOnce, IntSupplier underWay) {
        this.mostAtOnce = mostAtOnce;
        this.underWay = underWay;
    }

    void put(T item) {
        items.add(item);
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /// Takes what there is, and waits for the first.
    ///
    /// @param into what was taken is added to it: nothing if nothing came in time
    void take(List<T> into, Duration atMost) throws InterruptedException {
        T first = items.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (first == null) {
            return;
        }
        into.add(first);
        items.drainTo(into, mostAtOnce - 1);
        boolean more = true;
        for (int moment = 0; more && moment < MOST_MOMENTS && isWorthWaiting(into); moment++) {
            LockSupport.parkNanos(this, MOMENT_NANOS);
            more = items.drainTo(into, mostAtOnce - into.size()) > 0;
        }
    }

    private boolean isWorthWaiting(List<T> taken) {
        return taken.size() < mostAtOnce && underWay.getAsInt() > MUCH * taken.size();
    }
}
