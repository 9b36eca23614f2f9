package io.circles.script.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that looks every two milliseconds at what running scripts use, stops those past a
/// limit and reports those that do not answer. It never waits for a script.
///
/// Script threads add and remove their run in `watched`. `parked` is set before the guard looks a
/// last time whether there is something to watch, and read after a run was added, so one of the two
/// sees the other.
final class LimitGuard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LimitGuard.class);

    /// How long a script may take to answer when it is told to stop, if nothing else is said.
    static final Duration GRACE = Duration.ofMillis(500);

    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    /// Polls without anything to watch before it parks: waking up costs more than polling on.
    private static final int IDLE_POLLS = 50;

    private final Duration grace;
    private final Consumer<ScriptRun> giveUp;
    private final Consumer<ScriptRun> heavy;
    private final Runnable eachPoll;
    private final Set<ScriptRun> watched = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("script-guard").unstarted(this::watch);
    private volatile boolean parked;
    private volatile boolean closed;

    /// @param giveUp is told each run that did not answer within [#GRACE], once
    /// @param eachPoll done at every poll while something runs; must not block
    LimitGuard(Consumer<ScriptRun> giveUp, Runnable eachPoll) {
        this(GRACE, giveUp, _ -> {}, eachPoll);
    }

    /// @param grace how long a script may take to answer when it is told to stop
    /// @param giveUp is told each run that did not answer within its grace, once
    /// @param heavy is told each run that has used much, once
    /// @param eachPoll done at every poll while something runs; must not block
    LimitGuard(
            Duration grace,
            Consumer<ScriptRun> giveUp,
            Consumer<ScriptRun> heavy,
            Runnable eachPoll) {
        this.grace = grace;
        this.giveUp = giveUp;
        this.heavy = heavy;
        this.eachPoll = eachPoll;
    }

    void start() {
        thread.start();
    }

    void add(ScriptRun run) {
        watched.add(run);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    void remove(ScriptRun run) {
        watched.remove(run);
    }

    private void watch() {
        while (!closed) {
            try {
                lookUntilIdle();
                parkUntilThereIsWork();
            } catch (Throwable e) {
                // without the guard every later script would run without limits
                report("-", e);
            }
        }
    }

    private void lookUntilIdle() {
        int idle = 0;
        while (!closed && idle <= IDLE_POLLS) {
            idle = watched.isEmpty() ? idle + 1 : 0;
            watched.forEach(this::look);
            eachPoll.run();
            LockSupport.parkNanos(this, POLL.toNanos());
        }
    }

    private void parkUntilThereIsWork() {
        parked = true;
        if (watched.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        parked = false;
    }

    /// Whatever happens with one run, the others stay guarded. Most have ended before the second
    /// look, and measuring would only have been in their way.
    private void look(ScriptRun run) {
        try {
            if (run.isNew()) {
                return;
            }
            if (run.hasBecomeHeavy()) {
                heavy.accept(run);
            }
            if (run.enforce(grace) == ScriptRun.Answer.OVERDUE) {
                watched.remove(run);
                abandon(run);
            }
        } catch (Throwable e) {
            report(run.id(), e);
        }
    }

    private void abandon(ScriptRun run) {
        try {
            giveUp.accept(run);
        } finally {
            run.giveUp();
        }
    }

    /// A script may have left no memory for this either.
    private static void report(String job, Throwable e) {
        try {
            log.atError().addKeyValue("job", job).setCause(e).log("a script could not be guarded");
        } catch (Throwable _) {
            // guarding goes on without a word
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.join(List.of(thread), TIME_TO_END);
        watched.forEach(ScriptRun::giveUp);
    }
}
