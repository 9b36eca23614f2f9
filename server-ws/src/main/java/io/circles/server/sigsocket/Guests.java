package io.circles.server.sigsocket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The requests of other nodes that are shown here. The board's lock guards it.
final class Guests {
    private final int mostOfHome;
    private final Map<String, Pending> all = new HashMap<>();
    private final Map<Home, Integer> counts = new HashMap<>();

    /// @param mostOfHome so many of one node are taken
    Guests(int mostOfHome) {
        this.mostOfHome = mostOfHome;
    }

    @Nullable Pending get(String id) {
        return all.get(id);
    }

    /// Takes one, unless there are too many of that node or it is there already.
    boolean add(Pending guest, Home home) {
        boolean added =
                counts.getOrDefault(home, 0) < mostOfHome
                        && all.putIfAbsent(guest.id(), guest) == null;
        if (added) {
            counts.merge(home, 1, Integer::sum);
        }
        return added;
    }

    void remove(Pending guest) {
        if (all.remove(guest.id(), guest) && guest.home != null) {
            counts.computeIfPresent(guest.home, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// All of one node.
    List<Pending> of(Home home) {
        List<Pending> found = new ArrayList<>(all.values());
        found.removeIf(guest -> guest.home != home);
        return found;
    }

    void clear() {
        all.clear();
        counts.clear();
    }
}
