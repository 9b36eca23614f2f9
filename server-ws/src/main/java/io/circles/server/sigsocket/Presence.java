package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.pace.Chore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// Which keys' devices have come or gone since the other nodes were told: those that change at the
/// same time are told together. Thread-safe: `changed` guards what is not told yet; the lock keeps
/// what is told in order.
final class Presence {
    /// So many keys are told at a time.
    private static final int PAGE = 256;

    private final Listeners listeners;
    private final Consumer<NodeMessage> others;
    private final Chore chore;
    private final Object lock = new Object();

    private final Map<PublicKey, Change> changed = new LinkedHashMap<>();

    /// @param came whether a device has come, and not only gone
    /// @param none whether there was none at some moment
    private record Change(boolean came, boolean none) {
        Change and(Change later) {
            return new Change(came || later.came, none || later.none);
        }
    }

    /// @param others tells all other nodes; does not block
    Presence(
            Listeners listeners,
            Consumer<NodeMessage> others,
            Executor threads,
            ScheduledExecutorService timer) {
        this.listeners = listeners;
        this.others = others;
        this.chore = new Chore("presence", this::tell, threads, timer);
    }

    /// A device has come or gone; returns at once.
    void changed(PublicKey key, boolean came, boolean none) {
        synchronized (changed) {
            changed.merge(key, new Change(came, none), Change::and);
        }
        chore.wake();
    }

    private void tell() {
        synchronized (lock) {
            List<NodeMessage.Ears> page = next();
            while (!page.isEmpty()) {
                others.accept(new NodeMessage.Here(page, false));
                page = next();
            }
        }
    }

    /// What is forgotten here before it is looked up can change only to be told again.
    private List<NodeMessage.Ears> next() {
        Map<PublicKey, Change> page = new LinkedHashMap<>();
        synchronized (changed) {
            changed.entrySet().stream()
                    .limit(PAGE)
                    .forEach(each -> page.put(each.getKey(), each.getValue()));
            page.keySet().forEach(changed::remove);
        }
        return page.entrySet().stream()
                .map(
                        each ->
                                listeners.here(
                                        each.getKey(), each.getValue().came, each.getValue().none))
                .toList();
    }

    /// Tells one node of all that listen here.
    void tellAll(Consumer<NodeMessage> node) {
        synchronized (lock) {
            node.accept(new NodeMessage.Begin());
            List<PublicKey> all = listeners.keys();
            int told = 0;
            do {
                int next = Math.min(all.size(), told + PAGE);
                node.accept(
                        new NodeMessage.Here(
                                all.subList(told, next).stream()
                                        .map(key -> listeners.here(key, true, false))
                                        .toList(),
                                next == all.size()));
                told = next;
            } while (told < all.size());
        }
    }
}
