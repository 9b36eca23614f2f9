package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RpcError;
import io.circles.protocol.Utf8;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What connections of this node do in the relays of other nodes.
///
/// A call goes to the home of its group, which is searched for first where it is not known. Where
/// something is lost on the way, all begins anew: calls without an answer are sent again, with
/// their numbers, so that the home makes none twice; and connections get again what comes after the
/// last event that was handed on to them.
///
/// Thread-safe. The lock guards everything; no answer is given and no event handed on while it is
/// held.
final class Visits implements AutoCloseable {
    private static final String GONE = "the node that has the session is gone";
    private static final String OUT = "this member is out of the group";

    /// Why a home does not give a member the events of a group, now or later.
    private static final Set<ErrorCode> REFUSED =
            Set.of(ErrorCode.RELAY_NOT_FOUND, ErrorCode.RELAY_NOT_MEMBER, ErrorCode.FORBIDDEN);

    private final MpcRelay relay;
    private final NodeLine line;
    private final NodeLimits limits;
    private final ScheduledExecutorService timer;
    private final Executor threads;

    private final Object lock = new Object();
    private final Map<String, HomeNode> homes = new HashMap<>();
    private final Map<String, Search> searches = new HashMap<>();

    /// On which node a group is.
    private final Map<String, String> places;

    /// Groups whose node is gone.
    private final Map<String, String> gone;

    private final Map<String, HomeClock> clocks = new HashMap<>();

    /// Of epochs, connections and calls: other nodes may remember those of a line that this process
    /// had before, so the numbers begin where those are past.
    private long numbers = System.nanoTime();

    /// Until then others may be there that are not known yet.
    private long metAt = System.nanoTime();

    private int underWay;
    private long bytes;
    private boolean closed;

    Visits(
            MpcRelay relay,
            NodeLine line,
            NodeLimits limits,
            ScheduledExecutorService timer,
            Executor threads) {
        this.relay = relay;
        this.line = line;
        this.limits = limits;
        this.timer = timer;
        this.threads = threads;
        this.places = new Remembered<>(limits.known());
        this.gone = new Remembered<>(limits.known());
    }

    /// Collects what is to be done when the lock is not held any more.
    @FunctionalInterface
    private interface Step {
        void take(Consumer<Runnable> afterwards);
    }

    private void step(Step step) {
        List<Runnable> afterwards = new ArrayList<>();
        synchronized (lock) {
            step.take(afterwards::add);
        }
        afterwards.forEach(Runnable::run);
    }

    /// Makes a call on another node.
    void send(Errand errand) {
        try {
            relay.pace(errand.from.here().client());
            step(
                    afterwards -> {
                        refuse(errand);
                        begin(errand);
                        route(errand, afterwards);
                    });
        } catch (CircleException e) {
            threads.execute(() -> errand.failed.accept(e));
        }
    }

    private void refuse(Errand errand) {
        if (closed || errand.from.closed) {
            throw silent();
        }
        if (errand.from.lost.containsKey(errand.group) && !errand.joins()) {
            throw aborted(errand.group);
        }
        if (errand.bytes > NodeLimits.MOST_PARAMS) {
            throw CircleException.limit(
                    ErrorCode.REQUEST_TOO_BIG,
                    "Request too big: at most "
                            + NodeLimits.MOST_PARAMS
                            + " bytes of params go to another node",
                    NodeLimits.MOST_PARAMS,
                    errand.bytes);
        }
        if (underWay >= limits.calls() || bytes + errand.bytes > limits.callBytes()) {
            throw new CircleException(
                    ErrorCode.BUSY, "Busy: too many calls to other nodes are under way");
        }
    }

    private void begin(Errand errand) {
        underWay++;
        bytes += errand.bytes;
        long deadline = HomeClock.now() + limits.call().toMillis();
        errand.timeout(deadline, later(() -> expire(errand), limits.call()));
    }

    private Future<?> later(Runnable task, Duration time) {
        return timer.schedule(() -> threads.execute(task), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A call is over, one way or the other.
    ///
    /// @return false if it was before
    private boolean end(Errand errand) {
        if (!errand.end()) {
            return false;
        }
        underWay--;
        bytes -= errand.bytes;
        return true;
    }

    private void fail(Errand errand, RuntimeException why, Consumer<Runnable> afterwards) {
        if (end(errand)) {
            afterwards.accept(() -> errand.failed.accept(why));
        }
    }

    private void expire(Errand errand) {
        step(
                afterwards -> {
                    searches.values().forEach(search -> search.waiting.remove(errand));
                    homes.values().stream()
                            .filter(home -> home.errands.remove(errand.number, errand))
                            .forEach(home -> resume(home, errand));
                    fail(errand, unknown(errand), afterwards);
                });
    }

    /// A call gets no answer.
    private static CircleException unknown(Errand errand) {
        if (errand.number == 0) {
            return silent();
        }
        CircleException told =
                new CircleException(
                        ErrorCode.STATE_UNAVAILABLE,
                        "State unavailable: the node that has the group does not answer; whether"
                                + " the call was carried out is not known");
        return errand.canBeRepeated() ? told : told.inDoubt();
    }

    private static CircleException silent() {
        return new CircleException(
                ErrorCode.STATE_UNAVAILABLE,
                "State unavailable: a node that may have the group does not answer");
    }

    private static CircleException aborted(String group) {
        return new CircleException(
                ErrorCode.RELAY_ABORTED,
                "the node that has the group " + group + " is gone; join it again if it is back");
    }

    private void route(Errand errand, Consumer<Runnable> afterwards) {
        String place = places.get(errand.group);
        Set<String> nodes = line.nodes();
        if (place != null && nodes.contains(place)) {
            visit(place, errand, afterwards);
            return;
        }
        Search search = searches.get(errand.group);
        if (search != null) {
            search.waiting.add(errand);
        } else if (nodes.isEmpty()) {
            nobodys(errand, afterwards);
        } else if (searches.size() >= limits.searches()) {
            fail(
                    errand,
                    new CircleException(ErrorCode.BUSY, "Busy: too many groups are searched for"),
                    afterwards);
        } else {
            search(errand, nodes);
        }
    }

    private void search(Errand errand, Set<String> nodes) {
        String group = errand.group;
        Search search = new Search(group, nodes, later(() -> giveUp(group), limits.search()));
        search.waiting.add(errand);
        searches.put(group, search);
        nodes.forEach(node -> line.send(node, new NodeMessage.Wanted(group)));
    }

    private void giveUp(String group) {
        step(
                afterwards -> {
                    Search search = searches.remove(group);
                    if (search != null) {
                        search.waiting.forEach(errand -> fail(errand, silent(), afterwards));
                    }
                });
    }

    /// A node has said whether a group is there.
    void found(String node, NodeMessage.Found found) {
        step(
                afterwards -> {
                    clocks.computeIfAbsent(node, _ -> new HomeClock(found.clock()))
                            .learn(found.clock());
                    Search search = searches.get(found.group());
                    if (search == null) {
                        return;
                    }
                    if (!found.here()) {
                        isNotAt(node, search, afterwards);
                        return;
                    }
                    places.put(search.group, node);
                    gone.remove(search.group);
                    end(search).forEach(errand -> visit(node, errand, afterwards));
                });
    }

    private List<Errand> end(Search search) {
        search.end();
        searches.remove(search.group);
        return search.waiting;
    }

    private void isNotAt(String node, Search search, Consumer<Runnable> afterwards) {
        search.silent.remove(node);
        if (search.silent.isEmpty()) {
            end(search).forEach(errand -> nobodys(errand, afterwards));
        }
    }

    private void nobodys(Errand errand, Consumer<Runnable> afterwards) {
        if (gone.containsKey(errand.group)) {
            fail(errand, aborted(errand.group), afterwards);
        } else if (isMeeting()) {
            fail(errand, silent(), afterwards);
        } else if (end(errand)) {
            afterwards.accept(errand.nobodys);
        }
    }

    private void visit(String node, Errand errand, Consumer<Runnable> afterwards) {
        RelayConnection from = errand.from;
        if (from.closed) {
            fail(errand, unknown(errand), afterwards);
            return;
        }
        Visit visit = from.visits.get(node);
        if (visit == null) {
            if (from.visits.size() >= limits.homes()) {
                fail(
                        errand,
                        Refusals.tooMany("nodes for a connection", limits.homes()),
                        afterwards);
                return;
            }
            HomeNode home =
                    homes.computeIfAbsent(node, name -> new HomeNode(name, ++numbers, clock(name)));
            visit = new Visit(++numbers, home, from, relay::nextMark);
            home.visits.put(visit.number, visit);
            from.visits.put(node, visit);
        }
        errand.number = ++numbers;
        visit.home.errands.put(errand.number, errand);
        line.send(node, visit.home.asked(visit, errand));
    }

    /// That of a node which has said that a group is there.
    private HomeClock clock(String node) {
        return Objects.requireNonNull(clocks.get(node));
    }

    /// There may be other nodes, which are to be met.
    void started() {
        synchronized (lock) {
            metAt = System.nanoTime() + limits.meet().toNanos();
        }
    }

    /// Whether a group was on a node that is gone, or may be on one that is not known yet.
    boolean isElsewhere(String group) {
        synchronized (lock) {
            return gone.containsKey(group) || isMeeting();
        }
    }

    private boolean isMeeting() {
        return System.nanoTime() - metAt < 0;
    }

    /// A call was answered.
    void answered(String node, NodeMessage.Answered answered) {
        step(
                afterwards -> {
                    HomeNode home = homes.get(node);
                    if (home == null || home.epoch != answered.epoch()) {
                        return;
                    }
                    clock(node).learn(answered.clock());
                    Errand errand = home.errands.remove(answered.call());
                    if (errand != null && end(errand)) {
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
        resume(home, errand);
        CircleException told = new CircleException(error);
        if (told.code() == ErrorCode.RELAY_NOT_FOUND) {
            places.remove(errand.group);
        }
        afterwards.accept(() -> errand.failed.accept(told));
    }

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
        step(
                afterwards -> {
                    HomeNode home = homes.get(node);
                    Visit visit = home == null ? null : home.visits.get(happened.visit());
                    if (home == null || visit == null || home.epoch != happened.epoch()) {
                        return;
                    }
                    visit.hears(event);
                    Object cause = home.cause(happened.call());
                    afterwards.accept(
                            () ->
                                    visit.connection
                                            .receiver()
                                            .event(
                                                    event,
                                                    cause,
                                                    () -> visit.left(happened.number())));
                });
    }

    /// A client has answered a ping.
    void pong(RelayConnection connection, long mark) {
        List<Visit> all;
        synchronized (lock) {
            all = List.copyOf(connection.visits.values());
        }
        for (Visit visit : all) {
            long arrived = visit.pong(mark);
            if (arrived > 0) {
                line.send(visit.home.name, new NodeMessage.Arrived(visit.number, arrived));
            }
        }
    }

    /// A connection takes part no more: nobody waits for its answers.
    void leave(RelayConnection connection) {
        step(
                afterwards -> {
                    connection.closed = true;
                    for (Visit visit : connection.visits.values()) {
                        HomeNode home = visit.home;
                        home.visits.remove(visit.number);
                        for (Errand errand : List.copyOf(home.errands.values())) {
                            if (errand.from == connection) {
                                home.errands.remove(errand.number);
                                fail(errand, unknown(errand), afterwards);
                            }
                        }
                        line.send(home.name, new NodeMessage.Ended(visit.number));
                    }
                    connection.visits.clear();
                });
    }

    /// A node is there, which knows nothing of this one, or should not.
    void joined(String node) {
        step(
                _ -> {
                    searches.values().forEach(search -> search.silent.add(node));
                    askAgain(node);
                    HomeNode home = homes.get(node);
                    if (home == null) {
                        line.send(node, new NodeMessage.Began(++numbers));
                    } else {
                        beginAnew(home);
                    }
                });
    }

    /// Something was lost between a node and this one.
    void gap(String node) {
        step(
                _ -> {
                    askAgain(node);
                    HomeNode home = homes.get(node);
                    if (home != null) {
                        beginAnew(home);
                    }
                });
    }

    private void askAgain(String node) {
        searches.values().stream()
                .filter(search -> search.silent.contains(node))
                .forEach(search -> line.send(node, new NodeMessage.Wanted(search.group)));
    }

    /// A node has lost something and taken our connections for lost.
    void lost(String node, NodeMessage.Lost lost) {
        step(
                _ -> {
                    HomeNode home = homes.get(node);
                    if (home != null && home.epoch == lost.epoch()) {
                        beginAnew(home);
                    }
                });
    }

    /// First the calls, then the events: each comes behind the answer to what has caused it.
    private void beginAnew(HomeNode home) {
        home.epoch = ++numbers;
        line.send(home.name, new NodeMessage.Began(home.epoch));
        for (Errand errand : List.copyOf(home.errands.values())) {
            Visit visit = errand.from.visits.get(home.name);
            if (errand.isReturn() || visit == null) {
                home.errands.remove(errand.number);
                end(errand);
            } else {
                errand.again = true;
                line.send(home.name, home.asked(visit, errand));
            }
        }
        for (Visit visit : home.visits.values()) {
            visit.groups.forEach(
                    (group, joined) -> {
                        if (!home.isJoining(visit, group)) {
                            goBack(visit, group, joined.handed);
                        }
                    });
        }
    }

    /// A call has failed that was to bring back the events of a group, which came before: they come
    /// again without it.
    private void resume(HomeNode home, Errand errand) {
        Visit visit = errand.from.visits.get(home.name);
        Visit.Joined joined = visit == null ? null : visit.groups.get(errand.group);
        if (visit != null && joined != null && errand.again && errand.joins()) {
            goBack(visit, errand.group, joined.handed);
        }
    }

    /// Gets the events of a group again.
    private void goBack(Visit visit, String group, long after) {
        String params = Json.write(Json.tree(new RelayApi.JoinGroup(group, after)));
        Errand errand =
                new Errand(
                        visit.connection,
                        group,
                        Errand.RETURN,
                        Json.raw(params),
                        Utf8.length(params),
                        this,
                        there -> wentBack(visit, group, there),
                        why -> step(afterwards -> didNotGoBack(visit, group, why, afterwards)),
                        () -> {});
        begin(errand);
        errand.number = ++numbers;
        visit.home.errands.put(errand.number, errand);
        line.send(visit.home.name, visit.home.asked(visit, errand));
    }

    /// @param there whether the events come here; otherwise another connection of the same client
    ///     gets them
    private void wentBack(Visit visit, String group, Object there) {
        if (there.equals(Json.tree(false))) {
            synchronized (lock) {
                visit.groups.remove(group);
            }
        }
    }

    /// The home has refused, or nothing is known of it yet: then it is asked again.
    private void didNotGoBack(
            Visit visit, String group, Throwable why, Consumer<Runnable> afterwards) {
        if (!visits(visit)) {
            return;
        }
        if (why instanceof CircleException told && REFUSED.contains(told.code())) {
            tellLost(visit, group, OUT, afterwards);
            return;
        }
        Visit.Joined joined = visit.groups.get(group);
        if (joined != null && !joined.pausing) {
            joined.pausing = true;
            var _ = later(() -> step(_ -> goBackAgain(visit, group, joined)), limits.pause());
        }
    }

    /// Whether a connection still takes part in the relay of another node.
    private boolean visits(Visit visit) {
        return !closed
                && homes.get(visit.home.name) == visit.home
                && visit.home.visits.containsKey(visit.number);
    }

    private void goBackAgain(Visit visit, String group, Visit.Joined joined) {
        joined.pausing = false;
        if (visits(visit)
                && visit.groups.get(group) == joined
                && !visit.home.isJoining(visit, group)) {
            goBack(visit, group, joined.handed);
        }
    }

    private void lose(Visit visit, String group, Consumer<Runnable> afterwards) {
        if (visit.groups.containsKey(group)) {
            visit.connection.lost.put(group, visit);
        }
        tellLost(visit, group, GONE, afterwards);
    }

    private void tellLost(Visit visit, String group, String why, Consumer<Runnable> afterwards) {
        for (RelayApi.Event event : visit.loses(group, why)) {
            afterwards.accept(() -> visit.connection.receiver().event(event, this, () -> {}));
        }
    }

    /// A node is gone, and the groups with it.
    void left(String node) {
        step(
                afterwards -> {
                    List.copyOf(searches.values())
                            .forEach(search -> isNotAt(node, search, afterwards));
                    places.forEach(
                            (group, place) -> {
                                if (place.equals(node)) {
                                    gone.put(group, node);
                                }
                            });
                    places.values().removeIf(node::equals);
                    clocks.remove(node);
                    HomeNode home = homes.remove(node);
                    if (home != null) {
                        lose(home, afterwards);
                    }
                });
    }

    private void lose(HomeNode home, Consumer<Runnable> afterwards) {
        home.errands
                .values()
                .forEach(
                        errand -> {
                            if (errand.isReturn()) {
                                end(errand);
                            } else {
                                fail(errand, unknown(errand), afterwards);
                            }
                        });
        for (Visit visit : home.visits.values()) {
            List.copyOf(visit.groups.keySet()).forEach(group -> lose(visit, group, afterwards));
            visit.connection.visits.remove(home.name);
        }
    }

    @Override
    public void close() {
        step(
                afterwards -> {
                    closed = true;
                    List.copyOf(searches.values())
                            .forEach(
                                    search ->
                                            end(search)
                                                    .forEach(
                                                            errand ->
                                                                    fail(
                                                                            errand,
                                                                            unknown(errand),
                                                                            afterwards)));
                    homes.values()
                            .forEach(
                                    home ->
                                            home.errands
                                                    .values()
                                                    .forEach(
                                                            errand ->
                                                                    fail(
                                                                            errand,
                                                                            unknown(errand),
                                                                            afterwards)));
                });
    }
}
