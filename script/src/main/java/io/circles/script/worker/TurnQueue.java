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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs that wait: circles take turns, within a circle its callers do, and each caller's runs keep
/// their order. Those that have had their turn before come first. Its user bounds it, and its
/// user's lock guards it.
final class TurnQueue {
    /// Whoever is next stands first.
    private final Map<PublicKey, Map<Caller, Deque<PoolRun>>> circles = new LinkedHashMap<>();

    private final Deque<PoolRun> returned = new ArrayDeque<>();
    private int size;

    int size() {
        return size;
    }

    /// How many runs of a circle wait.
    int waiting(PublicKey circle) {
        return circles.getOrDefault(circle, Map.of()).values().stream().mapToInt(Deque::size).sum();
    }

    /// How many runs of a caller wait in that circle.
    int waiting(PublicKey circle, Caller caller) {
        Deque<PoolRun> line = circles.getOrDefault(circle, Map.of()).get(caller);
        return line == null ? 0 : line.size();
    }

    void add(PoolRun run) {
        circles.computeIfAbsent(run.circle(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(run.caller(), _ -> new ArrayDeque<>())
                .add(run);
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
        for (Map.Entry<PublicKey, Map<Caller, Deque<PoolRun>>> line : circles.entrySet()) {
            if (mayRun.test(line.getKey())) {
                size--;
                return takeFirst(line.getKey(), line.getValue());
            }
        }
        return null;
    }

    private PoolRun takeFirst(PublicKey circle, Map<Caller, Deque<PoolRun>> callers) {
        circles.remove(circle);
        Iterator<Map.Entry<Caller, Deque<PoolRun>>> all = callers.entrySet().iterator();
        Map.Entry<Caller, Deque<PoolRun>> first = all.next();
        Caller caller = first.getKey();
        Deque<PoolRun> line = first.getValue();
        all.remove();
        PoolRun run = line.remove();
        if (!line.isEmpty()) {
            callers.put(caller, line);
        }
        if (!callers.isEmpty()) {
            circles.put(circle, callers);
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
        Map<Caller, Deque<PoolRun>> callers = circles.get(run.circle());
        Deque<PoolRun> line = callers == null ? null : callers.get(run.caller());
        if (callers == null || line == null || !line.remove(run)) {
            return false;
        }
        if (line.isEmpty()) {
            callers.remove(run.caller());
        }
        if (callers.isEmpty()) {
            circles.remove(run.circle());
        }
        return true;
    }

    /// Takes all out.
    List<PoolRun> drain() {
        List<PoolRun> all = new ArrayList<>(returned);
        circles.values().forEach(callers -> callers.values().forEach(all::addAll));
        returned.clear();
        circles.clear();
        size = 0;
        return all;
    }
}
