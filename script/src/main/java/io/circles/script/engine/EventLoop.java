package io.circles.script.engine;

import io.circles.protocol.CircleException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a run waits for: its timers, and answers that come from outside.
///
/// The run's thread owns `timers` and `expected`; any thread adds to `arrived`, which is bounded by
/// what the run may expect. [#wake()] ends a wait when the run is to stop.
final class EventLoop {
    /// Timers that may be pending at once.
    static final int MOST_TIMERS = 1_000;

    private static final Event WAKE = new Event(0, false, null);

    /// Something that has happened.
    ///
    /// @param id which timer, or which request
    /// @param failed whether the payload tells of a failure
    /// @param payload text for the prelude
    record Event(long id, boolean failed, @Nullable String payload) {}

    private record Timer(long id, long dueNanos) {}

    private final Supplier<@Nullable CircleException> stopped;
    private final Consumer<Boolean> asleep;
    private final LinkedBlockingQueue<Event> arrived = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos).thenComparing(Timer::id));
    private int expected;

    /// @param stopped why the run is to stop; null while it may go on
    /// @param asleep is told when the run begins to wait and when it no longer does
    EventLoop(Supplier<@Nullable CircleException> stopped, Consumer<Boolean> asleep) {
        this.stopped = stopped;
        this.asleep = asleep;
    }

    /// Sets a timer.
    ///
    /// @return false if there are too many
    boolean addTimer(long id, long millis) {
        if (timers.size() >= MOST_TIMERS) {
            return false;
        }
        timers.add(new Timer(id, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis)));
        return true;
    }

    /// Takes a timer back, if it is still pending.
    void removeTimer(long id) {
        timers.removeIf(timer -> timer.id == id);
    }

    /// Says that one more answer will arrive.
    void expect() {
        expected++;
    }

    /// An answer that was expected. From any thread.
    void arrive(Event event) {
        arrived.add(event);
    }

    /// Ends a wait, because the run is to stop. From any thread.
    void wake() {
        arrived.add(WAKE);
    }

    /// Waits for the next event.
    ///
    /// @return null if there is nothing to wait for
    /// @throws CircleException the reason, when the run is to stop
    @Nullable Event next() {
        while (expected > 0 || !timers.isEmpty()) {
            CircleException reason = stopped.get();
            if (reason != null) {
                throw reason;
            }
            Event event = await();
            if (event != null && event.id() != WAKE.id()) {
                expected--;
                return event;
            }
            Timer first = timers.peek();
            if (first != null && first.dueNanos <= System.nanoTime()) {
                timers.remove();
                return new Event(first.id, false, null);
            }
        }
        return null;
    }

    private @Nullable Event await() {
        Timer first = timers.peek();
        long nanos = first == null ? Long.MAX_VALUE : first.dueNanos - System.nanoTime();
        asleep.accept(true);
        try {
            return arrived.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WAKE;
        } finally {
            asleep.accept(false);
        }
    }
}
