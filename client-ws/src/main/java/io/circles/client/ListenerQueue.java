package io.circles.client;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bounded queue of a listener, which gets what comes in its order, on a virtual thread of its
/// own. What finds no room is lost, and the listener is told so in its place: losses in a row are
/// one notice, so there is at most one more of them than of things that found room.
///
/// Concurrency: any thread adds, and none waits. `lock` guards `growing` and what is in it; the
/// queue's own lock is taken under it.
///
/// @param <T> what comes
/// @param <L> tells of a loss
final class ListenerQueue<T, L> {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);
    private static final int OVERHEAD = 256;

    private sealed interface Item<T, L> {}

    private record Event<T, L>(T event) implements Item<T, L> {}

    private static final class Loss<T, L> implements Item<T, L> {
        private L what;

        Loss(L what) {
            this.what = what;
        }
    }

    private final SerialQueue<Item<T, L>> queue;
    private final Consumer<T> onEvent;
    private final Consumer<L> onLoss;
    private final BinaryOperator<L> both;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Loss<T, L> growing;

    /// @param name the thread's
    /// @param capacity how many characters may wait, each event counting 256 more
    /// @param both a loss and the one after it as one
    ListenerQueue(
            String name,
            long capacity,
            Consumer<T> onEvent,
            Consumer<L> onLoss,
            BinaryOperator<L> both) {
        this.queue = new SerialQueue<>(name, capacity, this::consume);
        this.onEvent = onEvent;
        this.onLoss = onLoss;
        this.both = both;
    }

    /// Adds an event.
    ///
    /// @param length in characters
    /// @param loss what is told when there is no room for it
    void offer(T event, int length, L loss) {
        lock.lock();
        try {
            if (queue.offer(new Event<>(event), (long) length + OVERHEAD)) {
                growing = null;
            } else {
                if (growing == null) {
                    LOG.atWarn().log("events are dropped: the listener is too slow");
                }
                lose(loss);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Adds that something is missing here.
    void lose(L loss) {
        lock.lock();
        try {
            Loss<T, L> last = growing;
            if (last == null) {
                growing = new Loss<>(loss);
                queue.press(growing, OVERHEAD);
            } else {
                last.what = both.apply(last.what, loss);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing more, and drops what waits.
    void discard() {
        queue.discard();
    }

    private void consume(Item<T, L> item) {
        switch (item) {
            case Event<T, L>(T event) -> onEvent.accept(event);
            case Loss<T, L> loss -> onLoss.accept(whole(loss));
        }
    }

    private L whole(Loss<T, L> loss) {
        lock.lock();
        try {
            if (growing == loss) {
                growing = null;
            }
            return loss.what;
        } finally {
            lock.unlock();
        }
    }
}
