package io.circles.script.worker;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs that wait: circles take turns, within a circle its callers do, and each caller's runs keep
/// their order. Those that have had their turn before come first. Its user bounds it, and its
/// user's lock guards it.
final class TurnQueue {
    /// Whoever is next stands first.
    private final Map<PublicKey, Line> circles = new LinkedHashMap<>();

    private final Deque<PoolRun> returned = new ArrayDeque<>();
    private int size;

    /// What waits in one circle.
    private static final class Line {
        final Map<Caller, Deque<PoolRun>> callers = new LinkedHashMap<>();
        int size;
    }

    int size() {
        return size;
    }

    /// How many runs of a circle wait.
    int waiting(PublicKey circle) {
        Line line = circles.get(circle);
        return line == null ? 0 : line.size;
    }

    /// How many runs of a caller wait in that circle.
    int waiting(PublicKey circle, Caller caller) {
        Line line = circles.get(circle);
        Deque<PoolRun> runs = line == null ? null : line.callers.get(caller);
        return runs == null ? 0 : runs.size();
    }

    void add(PoolRun run) {
        Line line = circles.computeIfAbsent(run.circle(), _ -> new Line());
        line.callers.computeIfAbsent(run.caller(), _ -> new ArrayDeque<>()).add(run);
        line.size++;
        size++;
    }

    /// Adds a run that has had its turn before.
    void addReturned(PoolRun run) {
        returned.add(run);
        size++;
    }

    /// Takes the run whose turn it is.
    ///
    /// @param mayRun whether a circle may have one more
    /// @return null when there is none
    @Nullable PoolRun poll(Predicate<PublicKey> mayRun) {
        PoolRun run = returned.poll();
        if (run != null) {
            size--;
            return run;
        }
        for (Map.Entry<PublicKey, Line> line : circles.entrySet()) {
            if (mayRun.test(line.getKey())) {
                size--;
                return takeFirst(line.getKey(), line.getValue());
            }
        }
        return null;
    }

    private PoolRun takeFirst(PublicKey circle, Line line) {
        circles.remove(circle);
        Iterator<Map.Entry<Caller, Deque<PoolRun>>> all = line.callers.entrySet().iterator();
        Map.Entry<Caller, Deque<PoolRun>> first = all.next();
        Caller caller = first.getKey();
        Deque<PoolRun> runs = first.getValue();
        all.remove();
        PoolRun run = runs.remove();
        line.size--;
        if (!runs.isEmpty()) {
            line.callers.put(caller, runs);
        }
        if (line.size > 0) {
            circles.put(circle, line);
        }
        return run;
    }

    /// Takes a run out.
    ///
    /// @return false if it is not there
    boolean remove(PoolRun run) {
        boolean there = returned.remove(run) || removeFromLine(run);
        if (there) {
            size--;
        }
        return there;
    }

    private boolean removeFromLine(PoolRun run) {
        Line line = circles.get(run.circle());
        Deque<PoolRun> runs = line == null ? null : line.callers.get(run.caller());
        if (line == null || runs == null || !runs.remove(run)) {
            return false;
        }
        line.size--;
        if (runs.isEmpty()) {
            line.callers.remove(run.caller());
        }
        if (line.size == 0) {
            circles.remove(run.circle());
        }
        return true;
    }

    /// Shows each run, in no order.
    void forEach(Consumer<PoolRun> action) {
        returned.forEach(action);
        circles.values().forEach(line -> line.callers.values().forEach(q -> q.forEach(action)));
    }

    /// Takes all out.
    List<PoolRun> drain() {
        List<PoolRun> all = new ArrayList<>();
        forEach(all::add);
        returned.clear();
        circles.clear();
        size = 0;
        return all;
    }
}
