package io.circles.server.mpc;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The other nodes on which connections of this one take part, and the numbers of what goes there.
/// Guarded by the lock of [Visits].
final class HomeNodes {
    private final NodeLine line;
    private final LongSupplier marks;
    private final Map<String, HomeNode> homes = new HashMap<>();
    private final Map<String, HomeClock> clocks = new HashMap<>();

    /// Of epochs, connections and calls: other nodes may remember those of a line that this process
    /// had before, so the numbers begin where those are past.
    private long numbers = System.nanoTime();

    /// @param marks gives one that no ping has had
    HomeNodes(NodeLine line, LongSupplier marks) {
        this.line = line;
        this.marks = marks;
    }

    @Nullable HomeNode get(String node) {
        return homes.get(node);
    }

    Collection<HomeNode> all() {
        return homes.values();
    }

    /// A node has said what its clock shows.
    void learn(String node, long shown) {
        clocks.computeIfAbsent(node, _ -> new HomeClock(shown)).learn(shown);
    }

    /// That of a node which has said that a group is there.
    private HomeClock clock(String node) {
        return Objects.requireNonNull(clocks.get(node));
    }

    /// A connection takes part on a node from now on.
    Visit visit(String node, RelayConnection connection) {
        HomeNode home =
                homes.computeIfAbsent(node, name -> new HomeNode(name, ++numbers, clock(name)));
        Visit visit = new Visit(++numbers, home, connection, marks);
        home.visits.put(visit.number, visit);
        connection.visits.put(node, visit);
        return visit;
    }

    /// Whether a connection still takes part there.
    boolean has(Visit visit) {
        return homes.get(visit.home.name) == visit.home
                && visit.home.visits.containsKey(visit.number);
    }

    /// Sends a call that was not sent yet.
    void ask(Visit visit, Errand errand) {
        errand.number = ++numbers;
        visit.home.errands.put(errand.number, errand);
        line.send(visit.home.name, visit.home.asked(visit, errand));
    }

    /// Sends a call again, as something was lost.
    void askAgain(Visit visit, Errand errand) {
        errand.again = true;
        line.send(visit.home.name, visit.home.asked(visit, errand));
    }

    /// Begins an epoch with a node that has no connections of this one.
    void begin(String node) {
        line.send(node, new NodeMessage.Began(++numbers));
    }

    /// Begins another epoch.
    void begin(HomeNode home) {
        home.epoch = ++numbers;
        line.send(home.name, new NodeMessage.Began(home.epoch));
    }

    /// A node is gone.
    ///
    /// @return what was known of it; null if no connection took part there
    @Nullable HomeNode remove(String node) {
        clocks.remove(node);
        return homes.remove(node);
    }
}
