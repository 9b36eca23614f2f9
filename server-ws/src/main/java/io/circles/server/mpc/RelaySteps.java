package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.server.store.RelayStore;
import io.circles.server.store.Writing;
import io.circles.server.transport.Mailbox;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The steps of a relay, one after the other, and what follows from each.
///
/// A step changes the state at once, and its changes wait to be written while the next step is
/// made; many are written together. Answers and events leave in the order of the steps, each step's
/// when it is durable, its answer first. A write that fails fails all those after it, and the state
/// is read again from what was kept.
///
/// Guarded by the lock of [MpcRelay], which it takes itself when a step is durable, or cannot be;
/// it is held while events are handed on, which does not block, and while the state is read again.
final class RelaySteps {
    private static final Logger LOG = LoggerFactory.getLogger(RelaySteps.class);

    private final Object lock;
    private final RelayLimits limits;
    private final RelayStore store;
    private final Supplier<String> ids;
    private final InstantSource clock;
    private final Attendance attendance;
    private final Runnable ended;
    private final Mailbox outlet;

    private RelayState state;

    /// The last write: what a step that changes nothing has seen is durable when that is.
    private Writing<Long> last = () -> 0L;

    /// Number of the last step that is durable.
    private long kept;

    /// How often the state was read again.
    private long reading;

    private boolean broken;

    /// @param lock the relay's
    /// @param threads on which answers are given
    /// @param ended told of each step, and when the state was read; must not block
    RelaySteps(
            Object lock,
            RelayLimits limits,
            RelayStore store,
            Supplier<String> ids,
            Executor threads,
            InstantSource clock,
            Attendance attendance,
            Runnable ended) {
        this.lock = lock;
        this.limits = limits;
        this.store = store;
        this.ids = ids;
        this.clock = clock;
        this.attendance = attendance;
        this.ended = ended;
        this.outlet = new Mailbox(threads, Long.MAX_VALUE);
        this.state = new RelayState(limits, ids, new Journal(0, 0, 0));
    }

    /// Another one when it was read again.
    RelayState state() {
        return state;
    }

    /// Number of the last step that is durable.
    long kept() {
        return kept;
    }

    /// Makes a step that somebody has asked for.
    ///
    /// @param cause of its events
    <T> void take(
            Object cause, Supplier<T> deed, Consumer<? super T> done, Consumer<Throwable> failed) {
        try {
            T result = deed.get();
            end(cause, () -> done.accept(result), failed);
        } catch (CircleException e) {
            outlet.add(() -> failed.accept(e));
        } catch (RuntimeException e) {
            outlet.add(() -> failed.accept(e));
            reread();
        }
    }

    /// Makes a step that nobody has asked for.
    void take(Runnable deed) {
        try {
            deed.run();
            end(deed, () -> {}, _ -> {});
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("something in the relay was not done");
            reread();
        }
    }

    private void end(Object cause, Runnable done, Consumer<Throwable> failed) {
        Journal.Step step = state.journal().end();
        if (!step.changes().isEmpty()) {
            last = store.writing(step.number(), step.changes());
        }
        Writing<Long> writing = last;
        List<Link> opened = attendance.takeOpening();
        long of = reading;
        outlet.add(
                () -> {
                    try {
                        var _ = writing.await();
                    } catch (CircleException | IllegalStateException e) {
                        wasNotKept(of, opened);
                        failed.accept(e);
                        return;
                    }
                    done.run();
                    tell(step, of, opened, cause);
                });
        ended.run();
    }

    /// The numbers of steps begin anew where the state was read again, and then say nothing of what
    /// is durable.
    private void tell(Journal.Step step, long of, List<Link> opened, Object cause) {
        synchronized (lock) {
            if (of == reading) {
                kept = Math.max(kept, step.number());
            }
            opened.forEach(Link::open);
            for (Member member : step.told()) {
                if (member.link != null) {
                    member.link.pump(kept, cause);
                }
            }
        }
    }

    /// Before the failure is told: whoever tries again finds the state in step.
    private void wasNotKept(long of, List<Link> unopened) {
        synchronized (lock) {
            Attendance.forgetAll(unopened);
            if (of == reading) {
                reread();
            } else if (!unopened.isEmpty()) {
                take(() -> attendance.drop(state, unopened, clock.instant()));
            }
        }
    }

    /// Puts the state back in step with what was kept.
    private void reread() {
        try {
            read();
        } catch (CircleException | IllegalStateException e) {
            broken = true;
            LOG.atError().setCause(e).log("the relay stands still until it can be read again");
        }
    }

    /// Takes up what was kept. Blocks.
    void read() {
        RelayReader.Kept all = RelayReader.read(store.all(), limits, ids, clock.instant());
        state = all.state();
        kept = all.step();
        reading++;
        broken = false;
        last = all::step;
        attendance.reconnect(state, kept);
        ended.run();
    }

    /// Reads the state again where that has failed before.
    ///
    /// @return false if it has failed once more: nothing can be done to the state
    boolean repair() {
        if (broken) {
            reread();
        }
        return !broken;
    }

    /// Has what no step has ended with written.
    void close() {
        Journal.Step step = state.journal().end();
        if (!step.changes().isEmpty()) {
            var _ = store.writing(step.number(), step.changes());
        }
    }
}
