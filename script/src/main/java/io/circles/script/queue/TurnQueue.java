package io.circles.script.queue;

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
public final class TurnQueue<R extends Queued> {
    /// Whoever is next stands first.
    private final Map<PublicKey, Line<R>> circles = new LinkedHashMap<>();

    private final Deque<R> returned = new ArrayDeque<>();
    private int size;

    /// What waits in one circle.
    private static final class Line<R> {
        final Map<Caller, Deque<R>> callers = new LinkedHashMap<>();
        int size;
    }

    /// How many runs wait.
    public int size() {
        return size;
    }

    /// How many runs of a circle wait.
    public int waiting(PublicKey circle) {
        Line<R> line = circles.get(circle);
        return line == null ? 0 : line.size;
    }

    /// How many runs of a caller wait in that circle.
    public int waiting(PublicKey circle, Caller caller) {
        Line<R> line = circles.get(circle);
        Deque<R> runs = line == null ? null : line.callers.get(caller);
        return runs == null ? 0 : runs.size();
    }

    /// Adds a run behind those of its caller.
    public void add(R run) {
        Line<R> line = circles.computeIfAbsent(run.circle(), _ -> new Line<>());
        line.callers.computeIfAbsent(run.caller(), _ -> new ArrayDeque<>()).add(run);
        line.size++;
        size++;
    }

    /// Adds a run that has had its turn before.
    public void addReturned(R run) {
        returned.add(run);
        size++;
    }

    /// Takes the run whose turn it is.
    ///
    /// @param mayRun whether a circle may have one more, asked about the first of its runs
    /// @return null when there is none
    public @Nullable R poll(Predicate<R> mayRun) {
        R run = returned.poll();
        if (run != null) {
            size--;
            return run;
        }
        for (Map.Entry<PublicKey, Line<R>> line : circles.entrySet()) {
            if (mayRun.test(first(line.getValue()))) {
                size--;
                return takeFirst(line.getKey(), line.getValue());
            }
        }
        return null;
    }

    private static <R> R first(Line<R> line) {
        return line.callers.values().iterator().next().getFirst();
    }

    private R takeFirst(PublicKey circle, Line<R> line) {
        boolean stays = circles.size() == 1 && line.size > 1;
        if (!stays) {
            circles.remove(circle);
        }
        Iterator<Map.Entry<Caller, Deque<R>>> all = line.callers.entrySet().iterator();
        Map.Entry<Caller, Deque<R>> first = all.next();
        Caller caller = first.getKey();
        Deque<R> runs = first.getValue();
        all.remove();
        R run = runs.remove();
        line.size--;
        if (!runs.isEmpty()) {
            line.callers.put(caller, runs);
        }
        if (line.size > 0 && !stays) {
            circles.put(circle, line);
        }
        return run;
    }

    /// Takes a run out.
    ///
    /// @return false if it is not there
    public boolean remove(R run) {
        boolean there = returned.remove(run) || removeFromLine(run);
        if (there) {
            size--;
        }
        return there;
    }

    private boolean removeFromLine(R run) {
        Line<R> line = circles.get(run.circle());
        Deque<R> runs = line == null ? null : line.callers.get(run.caller());
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

    /// Takes out all runs of a circle but those that have had their turn before; each caller's are
    /// in their order.
    public List<R> takeOut(PublicKey circle) {
        Line<R> line = circles.remove(circle);
        if (line == null) {
            return List.of();
        }
        size -= line.size;
        return line.callers.values().stream().flatMap(Deque::stream).toList();
    }

    /// Shows each run, in no order.
    public void forEach(Consumer<R> action) {
        returned.forEach(action);
        circles.values().forEach(line -> line.callers.values().forEach(q -> q.forEach(action)));
    }

    /// Takes all out.
    public List<R> drain() {
        List<R> all = new ArrayList<>();
        forEach(all::add);
        returned.clear();
        circles.clear();
        size = 0;
        return all;
    }
}
