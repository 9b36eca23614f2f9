package io.circles.server.mpc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/// The question whose a group is, and the calls that wait for the answer. Guarded by the lock of
/// [Visits].
final class Search {
    final String group;

    /// Who was asked and has not answered.
    final Set<String> silent;

    final List<Errand> waiting = new ArrayList<>();
    private final Future<?> deadline;

    Search(String group, Set<String> asked, Future<?> deadline) {
        this.group = group;
        this.silent = new HashSet<>(asked);
        this.deadline = deadline;
    }

    void end() {
        deadline.cancel(false);
    }
}
