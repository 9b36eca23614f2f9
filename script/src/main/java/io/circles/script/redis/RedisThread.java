package io.circles.script.redis;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A platform thread with a connection of its own that does the same again and again, and connects
/// again when the connection is lost, for as long as that takes.
///
/// The lock guards the link, which its thread alone uses; closing closes it under the thread.
final class RedisThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisThread.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration TIME_TO_END = Duration.ofSeconds(2);

    /// What it does.
    interface Work {
        /// Once, on a connection. Blocks as it likes; [RedisFailure] is dealt with.
        void step(RedisLink link) throws InterruptedException;

        /// There is a new connection: before its first step.
        default void connected(RedisLink link) {}

        /// There is none any more, or none to be had yet.
        default void lost() {}
    }

    private final RedisConnections connections;
    private final Work work;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private @Nullable RedisLink link;
    private boolean closed;

    RedisThread(String name, RedisConnections connections, Work work) {
        this.connections = connections;
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    RedisThread start() {
        thread.start();
        return this;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!isClosed()) {
            try {
                RedisLink mine = connect();
                for (boolean first = true; !isClosed(); first = false) {
                    work.step(mine);
                    if (first) { // not before: Redis may connect and do no more
                        connections.outages().end(thread.getName());
                        pause = FIRST_PAUSE;
                    }
                }
            } catch (InterruptedException _) {
                return;
            } catch (RedisFailure e) {
                lost(e);
            } catch (Throwable e) {
                // without it nothing would be sent, or taken, or answered any more
                disconnect();
                log.atError()
                        .addKeyValue("thread", thread.getName())
                        .setCause(e)
                        .log("it failed and begins anew");
            }
            if (!rest(pause)) {
                return;
            }
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private RedisLink connect() {
        RedisLink mine = connections.open();
        lock.lock();
        try {
            if (closed) {
                mine.close();
            }
            link = mine;
        } finally {
            lock.unlock();
        }
        work.connected(mine);
        return mine;
    }

    private void lost(RedisFailure e) {
        if (!isClosed()) {
            connections.outages().begin(thread.getName(), e);
        }
        disconnect();
    }

    private void disconnect() {
        lock.lock();
        try {
            if (link != null) {
                link.close();
                link = null;
            }
        } finally {
            lock.unlock();
        }
        work.lost();
    }

    private boolean rest(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!closed && left > 0) {
                left = ended.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException _) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it; waits for a short while at most.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ended.signalAll();
            if (link != null) {
                link.close();
            }
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            if (!thread.join(TIME_TO_END)) {
                log.atWarn().addKeyValue("thread", thread.getName()).log("it does not end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
