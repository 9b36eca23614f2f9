package io.circles.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The requests of one connection that run beside each other: so many at once, so many waiting, and
/// no more. Each runs on a thread of its own and is answered once, whatever becomes of it.
///
/// Thread-safe. The lock guards the queue and what is running; no request runs and no answer is
/// sent while it is held.
public final class Requests {
    private final Executor threads;
    private final RpcLimits limits;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Queue<InLane> waiting = new ArrayDeque<>();
    private final Set<InLane> running = new HashSet<>();
    private final Map<String, Integer> runningByLane = new HashMap<>();
    private long heldBytes;
    private int answering;
    private boolean closed;

    private record InLane(Ordering.Concurrent lane, RunningRequest request) {}

    Requests(Executor threads, RpcLimits limits) {
        this.threads = threads;
        this.limits = limits;
    }

    /// Whether a request of that id has not been answered yet.
    boolean inFlight(RpcId id) {
        lock.lock();
        try {
            return find(id).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /// Runs a request now or when its turn comes.
    ///
    /// @param bytes its share of the frame it came in
    /// @throws CircleException [ErrorCode#BUSY] when too many wait
    void submit(
            Ordering.Concurrent lane,
            RunningRequest.Answer answer,
            Callable<JsonNode> work,
            long bytes) {
        InLane request = new InLane(lane, new RunningRequest(answer, work, bytes));
        lock.lock();
        try {
            if (closed) {
                throw new CircleException(ErrorCode.CANCELLED);
            }
            if (!mayStart(request) && waiting.size() >= limits.queued()) {
                throw CircleException.limit(
                        ErrorCode.BUSY,
                        "Busy: " + limits.queued() + " requests of this connection wait already",
                        limits.queued(),
                        waiting.size() + 1L);
            }
            if (heldBytes > 0 && heldBytes + bytes > limits.requestBytes()) {
                throw CircleException.limit(
                        ErrorCode.BUSY,
                        "Busy: the requests of this connection that wait are too big together",
                        limits.requestBytes(),
                        heldBytes + bytes);
            }
            waiting.add(request);
            heldBytes += bytes;
            startWhatMay();
        } finally {
            lock.unlock();
        }
    }

    private boolean mayStart(InLane request) {
        return running.size() < limits.inFlight()
                && runningByLane.getOrDefault(request.lane.lane(), 0) < request.lane.atOnce();
    }

    private void startWhatMay() {
        Iterator<InLane> each = waiting.iterator();
        while (each.hasNext() && running.size() < limits.inFlight()) {
            InLane request = each.next();
            if (mayStart(request)) {
                each.remove();
                running.add(request);
                runningByLane.merge(request.lane.lane(), 1, Integer::sum);
                threads.execute(() -> run(request));
            }
        }
    }

    private void run(InLane request) {
        Runnable answer = request.request.work();
        leave(request);
        try {
            answer.run();
        } finally {
            answered();
        }
    }

    /// Gives id and place free before the answer is sent: who has read it may use them again.
    private void leave(InLane request) {
        lock.lock();
        try {
            running.remove(request);
            heldBytes -= request.request.bytes();
            runningByLane.merge(request.lane.lane(), -1, Integer::sum);
            answering++;
            startWhatMay();
        } finally {
            lock.unlock();
        }
    }

    private void answered() {
        lock.lock();
        try {
            answering--;
            if (isIdle()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return running.isEmpty() && waiting.isEmpty() && answering == 0;
    }

    /// Cancels the request of that id. It is answered with [ErrorCode#CANCELLED], or with its
    /// result when that was there already.
    ///
    /// @return false when there is none in flight
    public boolean cancel(RpcId id) {
        Optional<InLane> found;
        boolean waited;
        lock.lock();
        try {
            found = find(id);
            waited = found.isPresent() && waiting.remove(found.get());
            heldBytes -= waited ? found.get().request.bytes() : 0;
        } finally {
            lock.unlock();
        }
        if (waited) {
            found.get().request.refuse();
            return true;
        }
        return found.isPresent() && found.get().request.cancel();
    }

    private Optional<InLane> find(RpcId id) {
        Optional<InLane> found = find(running, id);
        return found.isPresent() ? found : find(waiting, id);
    }

    /// (Every request asks this, so there is no stream.)
    private static Optional<InLane> find(Collection<InLane> some, RpcId id) {
        for (InLane each : some) {
            if (each.request.has(id)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// Cancels all, and takes no more.
    void close() {
        List<InLane> dropped;
        List<InLane> interrupted;
        lock.lock();
        try {
            closed = true;
            dropped = new ArrayList<>(waiting);
            waiting.clear();
            interrupted = new ArrayList<>(running);
            if (isIdle()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
        dropped.forEach(each -> each.request.refuse());
        interrupted.forEach(each -> each.request.cancel());
    }

    /// Waits until all are answered.
    ///
    /// @param deadlineNanos a value of [System#nanoTime()]
    /// @return false when the deadline came first
    boolean awaitIdle(long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            while (!isIdle()) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0 || !idle.await(left, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
