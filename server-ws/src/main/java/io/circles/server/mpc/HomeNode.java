package io.circles.server.mpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Another node, as the home of groups in which connections of this one take part. Guarded by the
/// lock of [Visits].
final class HomeNode {
    final String name;

    /// What is told in another one is ignored.
    long epoch;

    /// By their numbers.
    final Map<Long, Visit> visits = new LinkedHashMap<>();

    /// Calls that were not answered yet, by their numbers.
    final NavigableMap<Long, Errand> errands = new TreeMap<>();

    /// The call that was answered last, behind whose answer the events go that it has caused.
    private long answered;

    private Object cause = this;

    private final HomeClock clock;

    HomeNode(String name, long epoch, HomeClock clock) {
        this.name = name;
        this.epoch = epoch;
        this.clock = clock;
    }

    void answered(Errand errand) {
        answered = errand.number;
        cause = errand.cause;
    }

    /// @param call that has caused an event; null if none has
    Object cause(@Nullable Long call) {
        return call != null && call == answered ? cause : this;
    }

    /// Whether a call is under way after which the connection gets the group's events.
    boolean isJoining(Visit visit, String group) {
        return errands.values().stream()
                .anyMatch(
                        errand ->
                                errand.from == visit.connection
                                        && errand.joins()
                                        && errand.group.equals(group));
    }

    NodeMessage.Asked asked(Visit visit, Errand errand) {
        return new NodeMessage.Asked(
                epoch,
                visit.number,
                visit.connection.key().hex(),
                errand.number,
                errands.firstKey(),
                clock.at(errand.deadline()),
                errand.method,
                errand.params);
    }
}
