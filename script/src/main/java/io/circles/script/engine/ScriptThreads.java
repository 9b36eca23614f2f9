package io.circles.script.engine;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The platform threads that run scripts, and the runs that wait for one.
///
/// `places` bounds what runs and waits together; a run has a place from `submit` until its thread
/// is done with it, it is withdrawn, or its thread is given up. `waiting` hands runs to
/// threads, the
/// callers of the circles taking turns.
/// Every other field is guarded by `lock`, which is never held while a script or a caller's code
/// runs.
///
/// A thread serves until it is given up (`abandon`); its run is `stuck` from then on. When it comes
/// back it serves again if there are too few, and ends otherwise.
final class ScriptThreads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ScriptThreads.class);

    /// Scripts recurse on this: some 7,000 small JavaScript frames.
    static final long STACK_BYTES = 8L << 20;

    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    /// More threads than this are woken only when those at work do not come back soon: waking one
    /// takes longer than a short function.
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final int size;
    private final Consumer<ScriptRun> work;
    private final Runnable pause;
    private final int allPlaces;
    private final Semaphore places;
    private final FairQueue<ScriptRun> waiting = new FairQueue<>(ScriptRun::owner);

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> threads = new HashSet<>();
    private final Set<ScriptRun> running = new HashSet<>();
    private final Set<ScriptRun> stuck = new HashSet<>();
    private int serving;
    private int started;
    private boolean closed;

    /// @param work runs a run
    /// @param pause is done by a thread that has nothing to run, before it waits
    ScriptThreads(int size, int mayWait, Consumer<ScriptRun> work, Runnable pause) {
        this.size = size;
        this.work = work;
        this.pause = pause;
        this.allPlaces = size + mayWait;
        this.places = new Semaphore(allPlaces);
    }

    void start() {
        lock.lock();
        try {
            for (int i = 0; i < size; i++) {
                startOne();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startOne() {
        Thread thread = new Thread(null, this::serve, "script-" + ++started, STACK_BYTES);
        thread.setDaemon(true);
        threads.add(thread);
        serving++;
        thread.start();
    }

    /// Gives the run to the next free thread.
    ///
    /// @throws CircleException BUSY or NO_WORKER, at once
    void submit(ScriptRun run) {
        lock.lock();
        try {
            if (closed || serving == 0) {
                throw new CircleException(
                        ErrorCode.NO_WORKER, closed ? "Closed" : "No script thread");
            }
            if (!places.tryAcquire()) {
                throw new CircleException(ErrorCode.BUSY, "Busy: too many scripts are waiting");
            }
            waiting.add(run, awake(), PROCESSORS);
        } finally {
            lock.unlock();
        }
    }

    private int awake() {
        int awake = 0;
        for (ScriptRun run : running) {
            awake += run.isAsleep() ? 0 : 1;
        }
        return awake;
    }

    /// Has one more thread come for what waits, if something has waited since this was asked last.
    void relieve() {
        waiting.relieve();
    }

    /// Takes back a run that has not started.
    ///
    /// @return false if it has
    boolean withdraw(ScriptRun run) {
        boolean waited = waiting.remove(run);
        if (waited) {
            places.release();
        }
        return waited;
    }

    private void serve() {
        boolean more = true;
        while (more) {
            ScriptRun run = next();
            if (run == null) {
                break;
            }
            perform(run);
            more = done(run);
        }
        left();
    }

    /// A thread outlives whatever a run does to it, memory that is short included.
    private void perform(ScriptRun run) {
        try {
            work.accept(run);
        } catch (RuntimeException | Error e) {
            run.fail(e);
        }
    }

    /// Waits for a run. An interrupt here is either a late one for the script before, or says that
    /// there will be no more.
    private @Nullable ScriptRun next() {
        while (true) {
            try {
                ScriptRun run = waiting.poll();
                if (run == null) {
                    pause.run();
                    run = waiting.take();
                }
                return began(run) ? run : null;
            } catch (InterruptedException e) {
                if (isClosed()) {
                    return null;
                }
            }
        }
    }

    private boolean began(ScriptRun run) {
        lock.lock();
        try {
            if (!closed) {
                running.add(run);
                return true;
            }
        } finally {
            lock.unlock();
        }
        run.fail(cancelled());
        return false;
    }

    /// @return whether the thread goes on
    private boolean done(ScriptRun run) {
        lock.lock();
        try {
            if (running.remove(run)) {
                places.release();
                return !closed;
            }
            stuck.remove(run);
            log.atInfo()
                    .addKeyValue("job", run.id())
                    .log("a script thread that was given up came back");
            if (closed || serving >= size) {
                return false;
            }
            serving++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void left() {
        lock.lock();
        try {
            threads.remove(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /// Gives up the thread of a run that does not answer.
    void abandon(ScriptRun run) {
        List<ScriptRun> orphans = new ArrayList<>();
        lock.lock();
        try {
            if (!running.remove(run)) {
                return;
            }
            stuck.add(run);
            serving--;
            places.release();
            replace();
            if (serving == 0) {
                takeWaiting(orphans);
            }
            log.atWarn()
                    .addKeyValue("job", run.id())
                    .addKeyValue("stuck", stuck.size())
                    .addKeyValue("serving", serving)
                    .log("a script does not stop, its thread was given up");
        } finally {
            lock.unlock();
        }
        orphans.forEach(orphan -> orphan.fail(new CircleException(ErrorCode.NO_WORKER)));
    }

    private void replace() {
        if (!closed && stuck.size() <= size) {
            startOne();
        }
    }

    private void takeWaiting(List<ScriptRun> orphans) {
        places.release(waiting.drainTo(orphans));
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// Fails what waits, stops what runs, and waits a moment for the threads.
    @Override
    public void close() {
        List<ScriptRun> orphans = new ArrayList<>();
        List<ScriptRun> interrupted;
        List<Thread> ending;
        lock.lock();
        try {
            closed = true;
            takeWaiting(orphans);
            interrupted = List.copyOf(running);
            ending = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        orphans.forEach(orphan -> orphan.fail(cancelled()));
        interrupted.forEach(run -> run.stop(cancelled()));
        ending.forEach(Thread::interrupt);
        Threads.join(ending, TIME_TO_END);
    }

    /// Whether nothing runs and nothing waits.
    boolean isIdle() {
        return places.availablePermits() == allPlaces;
    }

    /// Whether no thread is left that runs anything.
    boolean isQuiet() {
        lock.lock();
        try {
            return threads.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private static CircleException cancelled() {
        return new CircleException(ErrorCode.CANCELLED, "Cancelled: the executor was closed");
    }
}
