package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.pace.Chore;
import io.circles.server.pace.Quota;
import io.circles.server.store.RelayStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The relay of one circle: does what clients want, one thing after the other, whoever wants it.
/// What follows when something was done, [RelaySteps] say.
///
/// Thread-safe. The lock guards the state, the links and the steps; it is held while events are
/// handed on, which does not block, and while the state is read again.
public final class MpcRelay implements AutoCloseable {
    private final RelayLimits limits;
    private final InstantSource clock;
    private final Quota quota;
    private final Chore sweeping;

    private final AtomicLong marks = new AtomicLong();

    private final Object lock = new Object();
    private final Attendance attendance = new Attendance();
    private final RelaySteps steps;
    private boolean stopped;
    private boolean watched;

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
        this.clock = clock;
        this.quota = new Quota(limits.callsPerMinute(), clock);
        this.sweeping = new Chore("ending what is over in the relay", this::sweep, threads, timer);
        this.steps =
                new RelaySteps(lock, limits, store, ids, threads, clock, attendance, this::watch);
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
            steps.read();
            steps.take(() -> state().loseWhoCannotReturn(clock.instant()));
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
                steps.take(() -> attendance.attachAll(state(), party));
            }
            if (before != null) {
                before.receiver().displaced();
            }
        }
        return party;
    }

    /// The events of a group go to this connection from now on, behind the answer.
    void attach(Party party, RelayGroup group, @Nullable Long after) {
        attendance.attach(state(), party, group, after);
    }

    /// The events of a member go to this connection from now on, behind the answer.
    ///
    /// @param after number of the last event that was handed on, whether it has arrived or not
    void resume(Party party, Member member, long after) {
        attendance.resume(state(), party, member, after);
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
                steps.take(() -> attendance.drop(state(), party.links.values(), clock.instant()));
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
                        link.member().ifPresent(member -> state().journal().arrived(member, seq));
                    });
            party.pump(steps.kept(), this);
        }
    }

    /// Events have come to another node, so that there is room for more on the way there.
    void came(NodeFlow flow, long number) {
        synchronized (lock) {
            flow.came(number).forEach(party -> party.pump(steps.kept(), this));
        }
    }

    RelayLimits limits() {
        return limits;
    }

    /// Whether there is a group of that id at that endpoint.
    boolean has(Endpoint endpoint, String group) {
        synchronized (lock) {
            return state().has(endpoint, group);
        }
    }

    /// What the client of a connection has in a group at the moment.
    Party.Standing standing(Party party, String group) {
        synchronized (lock) {
            Link link = party.links.get(group);
            return new Party.Standing(
                    link == null || link.isOpen() ? null : link.sent(),
                    state().sessionsOf(party.client().id(), group));
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
                steps.take(
                        cause,
                        () -> {
                            admit(party);
                            if (paced) {
                                pace(party.client());
                            }
                            return work.on(state(), clock.instant());
                        },
                        done,
                        failed);
            }
        };
    }

    private void admit(Party party) {
        if (!steps.repair() || !attendance.has(party)) {
            throw new CircleException(ErrorCode.INTERNAL_ERROR);
        }
    }

    private RelayState state() {
        return steps.state();
    }

    /// As long as there is a group, somebody looks what is due.
    private void watch() {
        if (watched || stopped || state().groups().isEmpty()) {
            return;
        }
        watched = true;
        sweeping.wakeAfter(limits.pause());
    }

    private void sweep() {
        synchronized (lock) {
            watched = false;
            var _ = steps.repair();
            if (!stopped) {
                steps.take(() -> state().sweep(clock.instant()));
            }
            watch();
        }
    }

    /// How many groups there are.
    public int groups() {
        synchronized (lock) {
            return state().groups().size();
        }
    }

    /// How many members the groups have together.
    public int members() {
        synchronized (lock) {
            return state().members();
        }
    }

    /// How many sessions go on.
    public int sessions() {
        synchronized (lock) {
            return state().openSessions();
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
            steps.close();
        }
    }
}
