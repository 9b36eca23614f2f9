package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RpcError;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// What connections of this node do in the relays of other nodes.
///
/// A call goes to the home of its group, which [Whereabouts] searches for first where it is not
/// known. Where something is lost on the way, all begins anew: calls without an answer are sent
/// again, with their numbers, so that the home makes none twice; and connections get again what
/// comes after the last event that was handed on to them ([Returns]).
///
/// Thread-safe. The [VisitLock] guards everything; no answer is given and no event handed on while
/// it is held.
final class Visits implements AutoCloseable {
    private static final String GONE = "the node that has the session is gone";

    private final MpcRelay relay;
    private final NodeLine line;
    private final NodeLimits limits;
    private final Executor threads;

    private final VisitLock lock;
    private final Errands errands;
    private final Whereabouts whereabouts;
    private final HomeNodes homes;
    private final Returns returns;

    /// @param timer only starts what is due
    /// @param threads on which that is done
    Visits(
            MpcRelay relay,
            NodeLine line,
            NodeLimits limits,
            ScheduledExecutorService timer,
            Executor threads) {
        this.relay = relay;
        this.line = line;
        this.limits = limits;
        this.threads = threads;
        this.lock = new VisitLock(timer, threads);
        this.errands = new Errands(lock, limits, this::expire);
        this.whereabouts = new Whereabouts(lock, line, limits, errands, this::visit);
        this.homes = new HomeNodes(line, relay::nextMark);
        this.returns = new Returns(lock, limits, errands, homes);
    }

    /// There may be other nodes, which are to be met.
    void started() {
        lock.step(_ -> whereabouts.meet());
    }

    /// Whether a group was on a node that is gone, or may be on one that is not known yet.
    boolean isElsewhere(String group) {
        return lock.get(() -> whereabouts.isElsewhere(group));
    }

    // ---------------------------------------------------------------- calls

    /// Makes a call on another node.
    void send(Errand errand) {
        try {
            relay.pace(errand.from.here().client());
            lock.step(
                    afterwards -> {
                        errands.refuse(errand);
                        errands.begin(errand);
                        whereabouts.route(errand, afterwards);
                    });
        } catch (CircleException e) {
            threads.execute(() -> errand.failed.accept(e));
        }
    }

    private void visit(String node, Errand errand, Consumer<Runnable> afterwards) {
        RelayConnection from = errand.from;
        if (from.closed) {
            errands.lose(errand, afterwards);
            return;
        }
        Visit visit = from.visits.get(node);
        if (visit == null && from.visits.size() >= limits.homes()) {
            errands.fail(
                    errand, Refusals.tooMany("nodes for a connection", limits.homes()), afterwards);
            return;
        }
        homes.ask(visit == null ? homes.visit(node, from) : visit, errand);
    }

    private void expire(Errand errand, Consumer<Runnable> afterwards) {
        whereabouts.remove(errand);
        homes.all().stream()
                .filter(home -> home.errands.remove(errand.number, errand))
                .forEach(home -> returns.resume(home, errand));
        errands.lose(errand, afterwards);
    }

    /// A node has said whether a group is there.
    void found(String node, NodeMessage.Found found) {
        lock.step(
                afterwards -> {
                    homes.learn(node, found.clock());
                    whereabouts.found(node, found, afterwards);
                });
    }

    /// A call was answered.
    void answered(String node, NodeMessage.Answered answered) {
        lock.step(
                afterwards -> {
                    HomeNode home = homes.get(node);
                    if (home == null || home.epoch != answered.epoch()) {
                        return;
                    }
                    homes.learn(node, answered.clock());
                    Errand errand = home.errands.remove(answered.call());
                    if (errand != null && errands.end(errand)) {
                        answer(home, errand, answered, afterwards);
                    }
                });
    }

    private void answer(
            HomeNode home,
            Errand errand,
            NodeMessage.Answered answered,
            Consumer<Runnable> afterwards) {
        Party.Standing standing = answered.standing();
        Visit visit = errand.from.visits.get(home.name);
        if (standing != null && visit != null) {
            visit.stands(errand, standing);
            errand.from.lost.remove(errand.group);
        }
        home.answered(errand);
        RpcError error = answered.error();
        if (error == null) {
            Object result = Json.unwritten(answered.result());
            afterwards.accept(() -> errand.done.accept(result));
            return;
        }
        returns.resume(home, errand);
        CircleException told = new CircleException(error);
        if (told.code() == ErrorCode.RELAY_NOT_FOUND) {
            whereabouts.forget(errand.group);
        }
        afterwards.accept(() -> errand.failed.accept(told));
    }

    // ---------------------------------------------------------------- connections

    /// Something has happened in a group of another node.
    void happened(String node, NodeMessage.Happened happened) {
        RelayApi.Event event;
        try {
            event = Events.read(happened.name(), happened.event());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event of another node cannot be read", e);
        }
        if (happened.asks()) {
            line.send(node, new NodeMessage.Come(happened.number()));
        }
        lock.step(
                afterwards -> {
                    HomeNode home = homes.get(node);
                    Visit visit = home == null ? null : home.visits.get(happened.visit());
                    if (home == null || visit == null || home.epoch != happened.epoch()) {
                        return;
                    }
                    visit.hears(event);
                    Object cause = home.cause(happened.call());
                    afterwards.accept(() -> visit.hand(event, cause, happened.number()));
                });
    }

    /// A client has answered a ping.
    void pong(RelayConnection connection, long mark) {
        for (Visit visit : lock.get(() -> List.copyOf(connection.visits.values()))) {
            long arrived = visit.pong(mark);
            if (arrived > 0) {
                line.send(visit.home.name, new NodeMessage.Arrived(visit.number, arrived));
            }
        }
    }

    /// A connection takes part no more: nobody waits for its answers.
    void leave(RelayConnection connection) {
        lock.step(
                afterwards -> {
                    connection.closed = true;
                    for (Visit visit : connection.visits.values()) {
                        HomeNode home = visit.home;
                        home.visits.remove(visit.number);
                        for (Errand errand : List.copyOf(home.errands.values())) {
                            if (errand.from == connection) {
                                home.errands.remove(errand.number);
                                errands.lose(errand, afterwards);
                            }
                        }
                        line.send(home.name, new NodeMessage.Ended(visit.number));
                    }
                    connection.visits.clear();
                });
    }

    // ---------------------------------------------------------------- nodes

    /// A node is there, which knows nothing of this one, or should not.
    void joined(String node) {
        lock.step(
                _ -> {
                    whereabouts.joined(node);
                    HomeNode home = homes.get(node);
                    if (home == null) {
                        homes.begin(node);
                    } else {
                        beginAnew(home);
                    }
                });
    }

    /// Something was lost between a node and this one.
    void gap(String node) {
        lock.step(
                _ -> {
                    whereabouts.askAgain(node);
                    HomeNode home = homes.get(node);
                    if (home != null) {
                        beginAnew(home);
                    }
                });
    }

    /// A node has lost something and taken our connections for lost.
    void lost(String node, NodeMessage.Lost lost) {
        lock.step(
                _ -> {
                    HomeNode home = homes.get(node);
                    if (home != null && home.epoch == lost.epoch()) {
                        beginAnew(home);
                    }
                });
    }

    /// First the calls, then the events: each comes behind the answer to what has caused it.
    private void beginAnew(HomeNode home) {
        homes.begin(home);
        for (Errand errand : List.copyOf(home.errands.values())) {
            Visit visit = errand.from.visits.get(home.name);
            if (errand.isReturn() || visit == null) {
                home.errands.remove(errand.number);
                errands.end(errand);
            } else {
                homes.askAgain(visit, errand);
            }
        }
        returns.all(home);
    }

    /// A node is gone, and the groups with it.
    void left(String node) {
        lock.step(
                afterwards -> {
                    whereabouts.left(node, afterwards);
                    HomeNode home = homes.remove(node);
                    if (home != null) {
                        lose(home, afterwards);
                    }
                });
    }

    private void lose(HomeNode home, Consumer<Runnable> afterwards) {
        for (Errand errand : home.errands.values()) {
            if (errand.isReturn()) {
                errands.end(errand);
            } else {
                errands.lose(errand, afterwards);
            }
        }
        for (Visit visit : home.visits.values()) {
            for (String group : List.copyOf(visit.groups.keySet())) {
                visit.connection.lost.put(group, visit);
                visit.lose(group, GONE, afterwards);
            }
            visit.connection.visits.remove(home.name);
        }
    }

    @Override
    public void close() {
        lock.step(
                afterwards -> {
                    errands.close();
                    whereabouts.close(afterwards);
                    for (HomeNode home : homes.all()) {
                        home.errands.values().forEach(errand -> errands.lose(errand, afterwards));
                    }
                });
    }
}
