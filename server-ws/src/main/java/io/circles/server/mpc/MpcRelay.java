package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.pace.Chore;
import io.circles.server.pace.Quota;
import io.circles.server.store.RelayStore;
import io.circles.server.store.Writing;
import io.circles.server.transport.Mailbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The relay of one circle: does what clients want, one thing after the other, whoever wants it.
///
/// A step changes the state at once, and its changes wait to be written while the next step is
/// made; many are written together. Answers and events leave in the order of the steps, each step's
/// when it is durable, its answer first. A write that fails fails all those after it, and the state
/// is read again from what was kept.
///
/// Thread-safe. The lock guards the state, the links and the steps; it is held while events are
/// handed on, which does not block, and while the state is read again.
public final class MpcRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MpcRelay.class);

    private final RelayLimits limits;
    private final RelayStore store;
    private final Supplier<String> ids;
    private final InstantSource clock;
    private final Quota quota;
    private final Mailbox outlet;
    private final Chore sweeping;

    private final AtomicLong marks = new AtomicLong();

    private final Object lock = new Object();
    private RelayState state;
    private final Attendance attendance = new Attendance();

    /// The last write: what a step that changes nothing has seen is durable when that is.
    private Writing<Long> last = () -> 0L;

    /// Number of the last step that is durable.
    private long kept;

    /// How often the state was read again.
    private long reading;

    private boolean stopped;
    private boolean watched;
    private boolean broken;

    /// A relay that knows of nothing until [#start].
    ///
    /// @param store what is kept of it
    /// @param ids makes names for groups and sessions that nobody can guess
    /// @param timer only starts what is due
    /// @param threads on which that is done, and answers are given
    /// @param clock says when something ends
    public MpcRelay(
            RelayLimits limits,
            RelayStore store,
            Supplier<String> ids,
            ScheduledExecutorService timer,
            Executor threads,
            InstantSource clock) {
        this.limits = limits;
        this.store = store;
        this.ids = ids;
        this.clock = clock;
        this.quota = new Quota(limits.callsPerMinute(), clock);
        this.outlet = new Mailbox(threads, Long.MAX_VALUE);
        this.sweeping = new Chore("ending what is over in the relay", this::sweep, threads, timer);
        this.state = new RelayState(limits, ids, new Journal(0, 0, 0));
    }

    /// What is done to the state.
    ///
    /// @param <T> what it comes to
    @FunctionalInterface
    interface Work<T> {
        T on(RelayState state, Instant now);
    }

    /// What is done to the state, and comes to nothing.
    @FunctionalInterface
    interface Deed {
        void on(RelayState state, Instant now);
    }

    /// Takes up what was kept: everybody is away, and has the time of grace to come back. Blocks.
    public void start() {
        synchronized (lock) {
            read();
            step(() -> state.loseWhoCannotReturn(clock.instant()));
        }
    }

    /// A client has come with a connection. One that returns gets what it missed, if it is
    /// [Endpoint#ORIGINAL], where nobody has to ask for it; that of the same name before it is
    /// displaced.
    public Party enter(Client client, Receiver receiver) {
        return enter(client, receiver, limits.window(), null);
    }

    /// @param window bytes of events that are on their way to it
    /// @param flow to its node; null if that is this one
    Party enter(Client client, Receiver receiver, long window, @Nullable NodeFlow flow) {
        Party party = new Party(this, client, receiver, window, flow);
        synchronized (lock) {
            Party before = attendance.enter(party);
            if (party.comesBack()) {
                step(() -> attendance.attachAll(state, party));
            }
            if (before != null) {
                before.receiver().displaced();
            }
        }
        return party;
    }

    /// The events of a group go to this connection from now on, behind the answer.
    void attach(Party party, RelayGroup group, @Nullable Long after) {
        attendance.attach(state, party, group, after);
    }

    /// The events of a member go to this connection from now on, behind the answer.
    ///
    /// @param after number of the last event that was handed on, whether it has arrived or not
    void resume(Party party, Member member, long after) {
        attendance.resume(state, party, member, after);
    }

    /// A mark that no ping has had.
    long nextMark() {
        return marks.incrementAndGet();
    }

    /// A connection is lost.
    void leave(Party party) {
        synchronized (lock) {
            attendance.leave(party);
            if (!stopped) {
                step(() -> attendance.drop(state, party.links.values(), clock.instant()));
            }
            party.end();
        }
    }

    /// Events have arrived, so that there is room for more.
    void arrived(Party party, Map<Link, Long> events) {
        synchronized (lock) {
            events.forEach(
                    (link, seq) -> {
                        party.made(link.arrived(seq));
                        link.member().ifPresent(member -> state.journal().arrived(member, seq));
                    });
            party.pump(kept, this);
        }
    }

    /// Events have come to another node, so that there is room for more on the way there.
    void came(NodeFlow flow, long number) {
        synchronized (lock) {
            flow.came(number).forEach(party -> party.pump(kept, this));
        }
    }

    RelayLimits limits() {
        return limits;
    }

    /// Whether there is a group of that id at that endpoint.
    boolean has(Endpoint endpoint, String group) {
        synchronized (lock) {
            return state.has(endpoint, group);
        }
    }

    /// What the client of a connection has in a group at the moment.
    Party.Standing standing(Party party, String group) {
        synchronized (lock) {
            Link link = party.links.get(group);
            return new Party.Standing(
                    link == null || link.isOpen() ? null : link.sent(),
                    state.sessionsOf(party.client().id(), group));
        }
    }

    /// Counts a call that is not made here, so that nobody calls other nodes without bound.
    ///
    /// @throws CircleException [ErrorCode#BUSY] when there are too many
    void pace(Client client) {
        if (!quota.take(client.id())) {
            throw Refusals.rate();
        }
    }

    <T> Turn<T> turn(Party party, Work<T> work) {
        return turn(party, work, true);
    }

    /// Something that is no call of the client's.
    <T> Turn<T> unpaced(Party party, Work<T> work) {
        return turn(party, work, false);
    }

    private <T> Turn<T> turn(Party party, Work<T> work, boolean paced) {
        return (cause, done, failed) -> {
            synchronized (lock) {
                try {
                    admit(party);
                    if (paced) {
                        pace(party.client());
                    }
                    T result = work.on(state, clock.instant());
                    leave(cause, () -> done.accept(result), failed);
                } catch (CircleException e) {
                    outlet.add(() -> failed.accept(e));
                } catch (RuntimeException e) {
                    outlet.add(() -> failed.accept(e));
                    reread();
                }
            }
        };
    }

    private void admit(Party party) {
        if (broken) {
            reread();
        }
        if (broken || !attendance.has(party)) {
            throw new CircleException(ErrorCode.INTERNAL_ERROR);
        }
    }

    /// A step that nobody has asked for.
    private void step(Runnable deed) {
        try {
            deed.run();
            leave(deed, () -> {}, _ -> {});
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("something in the relay was not done");
            reread();
        }
    }

    /// Ends a step.
    private void leave(Object cause, Runnable done, Consumer<Throwable> failed) {
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
        watch();
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
                step(() -> attendance.drop(state, unopened, clock.instant()));
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

    private void read() {
        RelayReader.Kept all = RelayReader.read(store.all(), limits, ids, clock.instant());
        state = all.state();
        kept = all.step();
        reading++;
        broken = false;
        last = all::step;
        attendance.reconnect(state, kept);
        watch();
    }

    /// As long as there is a group, somebody looks what is due.
    private void watch() {
        if (watched || stopped || state.groups().isEmpty()) {
            return;
        }
        watched = true;
        sweeping.wakeAfter(limits.pause());
    }

    private void sweep() {
        synchronized (lock) {
            watched = false;
            if (broken) {
                reread();
            }
            if (!stopped) {
                step(() -> state.sweep(clock.instant()));
            }
            watch();
        }
    }

    /// How many groups there are.
    public int groups() {
        synchronized (lock) {
            return state.groups().size();
        }
    }

    /// How many members the groups have together.
    public int members() {
        synchronized (lock) {
            return state.members();
        }
    }

    /// How many sessions go on.
    public int sessions() {
        synchronized (lock) {
            return state.openSessions();
        }
    }

    /// The circle is going to close all connections: nobody is taken for lost any more.
    public void stop() {
        synchronized (lock) {
            stopped = true;
        }
    }

    /// Writes what has arrived and was not written yet.
    @Override
    public void close() {
        synchronized (lock) {
            stopped = true;
            Journal.Step step = state.journal().end();
            if (!step.changes().isEmpty()) {
                var _ = store.writing(step.number(), step.changes());
            }
        }
    }
}
