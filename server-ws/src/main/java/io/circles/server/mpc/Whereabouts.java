package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// On which other node each group is: what is known of that, and the searches for what is not.
/// Guarded by the lock of [Visits].
final class Whereabouts {
    private final VisitLock lock;
    private final NodeLine line;
    private final NodeLimits limits;
    private final Errands errands;
    private final Dispatch dispatch;

    private final Map<String, Search> searches = new HashMap<>();

    /// On which node a group is.
    private final Map<String, String> places;

    /// Groups whose node is gone.
    private final Map<String, String> gone;

    /// Until then others may be there that are not known yet.
    private long metAt = System.nanoTime();

    /// Sends a call to the node on which its group is.
    @FunctionalInterface
    interface Dispatch {
        void to(String node, Errand errand, Consumer<Runnable> afterwards);
    }

    Whereabouts(
            VisitLock lock, NodeLine line, NodeLimits limits, Errands errands, Dispatch dispatch) {
        this.lock = lock;
        this.line = line;
        this.limits = limits;
        this.errands = errands;
        this.dispatch = dispatch;
        this.places = new Remembered<>(limits.known());
        this.gone = new Remembered<>(limits.known());
    }

    /// There may be other nodes, which are to be met.
    void meet() {
        metAt = System.nanoTime() + limits.meet().toNanos();
    }

    private boolean isMeeting() {
        return System.nanoTime() - metAt < 0;
    }

    /// Whether a group was on a node that is gone, or may be on one that is not known yet.
    boolean isElsewhere(String group) {
        return gone.containsKey(group) || isMeeting();
    }

    /// Sends a call to where its group is, which is searched for first where that is not known.
    void route(Errand errand, Consumer<Runnable> afterwards) {
        String place = places.get(errand.group);
        Set<String> nodes = line.nodes();
        if (place != null && nodes.contains(place)) {
            dispatch.to(place, errand, afterwards);
            return;
        }
        Search search = searches.get(errand.group);
        if (search != null) {
            search.waiting.add(errand);
        } else if (nodes.isEmpty()) {
            nobodys(errand, afterwards);
        } else if (searches.size() >= limits.searches()) {
            errands.fail(
                    errand,
                    new CircleException(ErrorCode.BUSY, "Busy: too many groups are searched for"),
                    afterwards);
        } else {
            search(errand, nodes);
        }
    }

    private void search(Errand errand, Set<String> nodes) {
        String group = errand.group;
        Search search =
                new Search(
                        group,
                        nodes,
                        lock.later(afterwards -> giveUp(group, afterwards), limits.search()));
        search.waiting.add(errand);
        searches.put(group, search);
        nodes.forEach(node -> line.send(node, new NodeMessage.Wanted(group)));
    }

    private void giveUp(String group, Consumer<Runnable> afterwards) {
        Search search = searches.remove(group);
        if (search != null) {
            search.waiting.forEach(errand -> errands.fail(errand, Errands.silent(), afterwards));
        }
    }

    /// A node has said whether a group is there.
    void found(String node, NodeMessage.Found found, Consumer<Runnable> afterwards) {
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
        end(search).forEach(errand -> dispatch.to(node, errand, afterwards));
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
            errands.fail(errand, Errands.aborted(errand.group), afterwards);
        } else if (isMeeting()) {
            errands.fail(errand, Errands.silent(), afterwards);
        } else if (errands.end(errand)) {
            afterwards.accept(errand.nobodys);
        }
    }

    /// A call does not wait any more until its group is found.
    void remove(Errand errand) {
        searches.values().forEach(search -> search.waiting.remove(errand));
    }

    /// A group is not where it was.
    void forget(String group) {
        places.remove(group);
    }

    /// A node is there, which was not asked, or does not know that it was.
    void joined(String node) {
        searches.values().forEach(search -> search.silent.add(node));
        askAgain(node);
    }

    /// Asks a node again what it has not answered.
    void askAgain(String node) {
        searches.values().stream()
                .filter(search -> search.silent.contains(node))
                .forEach(search -> line.send(node, new NodeMessage.Wanted(search.group)));
    }

    /// A node is gone, and the groups with it.
    void left(String node, Consumer<Runnable> afterwards) {
        List.copyOf(searches.values()).forEach(search -> isNotAt(node, search, afterwards));
        places.forEach(
                (group, place) -> {
                    if (place.equals(node)) {
                        gone.put(group, node);
                    }
                });
        places.values().removeIf(node::equals);
    }

    /// Ends all searches: the calls that wait for them get no answer.
    void close(Consumer<Runnable> afterwards) {
        for (Search search : List.copyOf(searches.values())) {
            end(search).forEach(errand -> errands.lose(errand, afterwards));
        }
    }
}
