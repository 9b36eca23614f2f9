package io.circles.script.redis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.script.bus.BusListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a line's listener is still to be told: one thing after the other, on a thread that exists
/// only while there is something. Messages are bounded in bytes.
///
/// Thread-safe; nothing here waits. The lock guards what waits and whether a thread is at work, and
/// is not held while the listener is told.
final class BusQueue {
    private static final Logger log = LoggerFactory.getLogger(BusQueue.class);

    /// How many bytes of messages may wait.
    static final long CAPACITY = 32 << 20;

    private sealed interface Happening {
        String node();
    }

    private record Joined(String node) implements Happening {}

    private record Gap(String node) implements Happening {}

    private record Left(String node) implements Happening {}

    private record Received(String node, ObjectNode message, long bytes) implements Happening {}

    private final BusListener listener;
    private final Executor threads;
    private final Object lock = new Object();
    private final Deque<Happening> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean working;
    private boolean closed;

    /// @param threads one virtual thread for each task
    BusQueue(BusListener listener, Executor threads) {
        this.listener = listener;
        this.threads = threads;
    }

    void joined(String node) {
        put(new Joined(node));
    }

    void left(String node) {
        put(new Left(node));
    }

    /// Says so once, and nothing of what the node has said before: both begin anew.
    void gap(String node) {
        drop(node);
        put(new Gap(node));
    }

    private void drop(String node) {
        synchronized (lock) {
            waiting.removeIf(each -> each.node().equals(node) && isOfNoAccount(each));
            bytes = waiting.stream().mapToLong(BusQueue::weight).sum();
        }
    }

    private static boolean isOfNoAccount(Happening before) {
        return before instanceof Received || before instanceof Gap;
    }

    /// Takes a message, if there is room for it.
    ///
    /// @return whether there was; if not, none of that node waits any more, and a gap is due
    boolean received(String node, ObjectNode message, long size) {
        synchronized (lock) {
            if (bytes + size > CAPACITY) {
                drop(node);
                return false;
            }
        }
        put(new Received(node, message, size));
        return true;
    }

    private static long weight(Happening happening) {
        return happening instanceof Received received ? received.bytes() : 0;
    }

    private void put(Happening happening) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            waiting.add(happening);
            bytes += weight(happening);
            if (working) {
                return;
            }
            working = true;
        }
        threads.execute(this::work);
    }

    /// Tells the listener nothing more; what it is just being told goes on.
    void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
            bytes = 0;
        }
    }

    private void work() {
        for (Happening next = next(); next != null; next = next()) {
            try {
                tell(next);
            } catch (RuntimeException | Error e) {
                // the next thing is to be told all the same
                log.atError().setCause(e).log("what another node said was not taken");
            }
        }
    }

    private @Nullable Happening next() {
        synchronized (lock) {
            Happening next = waiting.poll();
            bytes -= next == null ? 0 : weight(next);
            working = next != null;
            return next;
        }
    }

    private void tell(Happening happening) {
        switch (happening) {
            case Joined(String node) -> listener.joined(node);
            case Gap(String node) -> listener.gap(node);
            case Left(String node) -> listener.left(node);
            case Received(String node, ObjectNode message, _) -> listener.received(node, message);
        }
    }
}
