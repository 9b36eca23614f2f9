package io.circles.client;

import io.circles.protocol.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a client stands with its circle, and where its requests wait for a connection that takes
/// them. Once closed it stays so.
///
/// Concurrency: any thread. `lock` guards the fields below it; `state` and `link` may be looked at
/// without it. Nothing blocks under it, and listeners hear of changes in their order on a thread
/// of their own.
final class ConnectionState {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionState.class);

    /// How many changes may wait for a listener.
    private static final int MAX_UNTOLD = 1_000;

    private final SerialQueue<ClientState> untold;
    private final Consumer<RuntimeException> onClosed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int waiting;
    private volatile ClientState state = new ClientState.Connecting(1);
    private volatile @Nullable RpcLink link;

    /// @param listener may take its time
    /// @param onClosed run at the end, by whoever ends; must neither block nor throw
    ConnectionState(Consumer<ClientState> listener, Consumer<RuntimeException> onClosed) {
        this.untold = new SerialQueue<>("circle state", MAX_UNTOLD, listener);
        this.onClosed = onClosed;
    }

    ClientState now() {
        return state;
    }

    /// The connection, if there is one that takes requests.
    Optional<RpcLink> link() {
        return Optional.ofNullable(link).filter(RpcLink::takesRequests);
    }

    void connecting(int attempt) {
        var _ = change(new ClientState.Connecting(attempt), null);
    }

    /// There is a connection for requests.
    ///
    /// @return false when it is closed, so that the connection is of no use
    boolean ready(RpcLink now) {
        return change(new ClientState.Ready(), now);
    }

    void waiting(Instant until, RuntimeException why) {
        var _ = change(new ClientState.Waiting(until, why), null);
    }

    /// Closes, unless it is closed already.
    ///
    /// @return the connection that there was, perhaps an ended one
    Optional<RpcLink> closed(RuntimeException why) {
        RpcLink last = link;
        if (change(new ClientState.Closed(why), null)) {
            onClosed.accept(why);
        }
        return Optional.ofNullable(last);
    }

    private boolean change(ClientState to, @Nullable RpcLink now) {
        lock.lock();
        try {
            if (state instanceof ClientState.Closed) {
                return false;
            }
            state = to;
            link = now;
            changed.signalAll();
            if (!untold.offer(to, 1)) {
                LOG.atWarn().log("a change of state is not told: the listener is too slow");
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a connection that takes requests.
    ///
    /// @param sent whether what waits was sent on an earlier one
    /// @throws ConnectionLostException when none comes any more, or none came in time, or too many
    ///     wait
    RpcLink await(Deadline deadline, boolean sent) throws InterruptedException {
        RpcLink now = link;
        return now != null && now.takesRequests() ? now : awaitNext(deadline, sent);
    }

    private RpcLink awaitNext(Deadline deadline, boolean sent) throws InterruptedException {
        lock.lockInterruptibly();
        waiting++;
        try {
            if (waiting > PendingCalls.MAX) {
                throw lost("there is no connection, and too many requests wait for one", sent);
            }
            while (true) {
                if (state instanceof ClientState.Closed(RuntimeException why)) {
                    throw ended(why, sent);
                }
                Optional<RpcLink> now = link();
                if (now.isPresent()) {
                    return now.get();
                }
                if (changed.awaitNanos(deadline.remainingNanos()) <= 0) {
                    throw late(deadline, sent);
                }
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    private static ConnectionLostException lost(String reason, boolean sent) {
        return new ConnectionLostException(LinkEnd.broken(reason, null), sent);
    }

    private ConnectionLostException late(Deadline deadline, boolean sent) {
        String within = DurationText.of(Duration.ofNanos(deadline.nanos()));
        return state instanceof ClientState.Waiting(Instant _, RuntimeException why)
                ? new ConnectionLostException(LinkEnd.notBack(within, why), sent)
                : lost("it was not back within " + within, sent);
    }

    /// What requests fail with when it is closed for that reason.
    static ConnectionLostException ended(RuntimeException why, boolean sent) {
        return switch (why) {
            case ConnectionLostException lost -> lost.again(sent);
            case RuntimeException other -> new ConnectionLostException(LinkEnd.given(other), sent);
        };
    }

    /// Waits until it is closed, and says why.
    RuntimeException awaitClosed() throws InterruptedException {
        Duration aDay = Duration.ofDays(1);
        while (true) {
            Optional<RuntimeException> why = awaitClosed(Deadline.after(aDay));
            if (why.isPresent()) {
                return why.get();
            }
        }
    }

    /// Waits until it is closed.
    ///
    /// @return why; empty when it was not in time
    Optional<RuntimeException> awaitClosed(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = deadline.remainingNanos();
            while (true) {
                if (state instanceof ClientState.Closed(RuntimeException why)) {
                    return Optional.of(why);
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
