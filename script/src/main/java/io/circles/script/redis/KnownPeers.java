package io.circles.script.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The other nodes, by name, and whose turn it is to be told what waits for them. Guarded by the
/// lock of [BusPeers].
final class KnownPeers {
    /// How long a node is remembered that is not there any more: longer than any message of it can
    /// be in time, however the clock of Redis is set.
    private static final Duration MEMORY = Duration.ofMinutes(30);

    private static final int MOST_PEERS = 1_000;
    private static final int MOST_AT_ONCE = 64;

    /// So much is taken for all others together, and one more message.
    static final long MOST_BYTES_AT_ONCE = 2L << 20;

    private final String self;
    private final LongSupplier numbers;
    private final LongSupplier nanos;
    private final Map<String, BusPeer> peers = new HashMap<>();

    /// The highest number that was used for a node that is forgotten.
    private long used;

    /// Who of the others comes first when there is too much for all of them.
    private int turn;

    /// @param numbers where the numbers for a new peer begin: higher each time
    /// @param nanos the system's nano time
    KnownPeers(String self, LongSupplier numbers, LongSupplier nanos) {
        this.self = self;
        this.numbers = numbers;
        this.nanos = nanos;
    }

    Collection<BusPeer> all() {
        return peers.values();
    }

    @Nullable BusPeer get(String node) {
        return peers.get(node);
    }

    /// A node that may be there; null if that is this one, or there are too many.
    @Nullable BusPeer meet(String node) {
        if (node.equals(self)) {
            return null;
        }
        BusPeer known = peers.get(node);
        if (known != null || peers.size() >= MOST_PEERS) {
            return known;
        }
        BusPeer made = new BusPeer(node, Math.max(used, numbers.getAsLong()), nanos.getAsLong());
        peers.put(node, made);
        return made;
    }

    /// Takes note of which nodes Redis has in its list, and forgets who was not there for long.
    void list(Set<String> names) {
        names.forEach(this::meet);
        peers.values().forEach(peer -> peer.list(names.contains(peer.node())));
        peers.values().removeIf(this::forget);
    }

    private boolean forget(BusPeer peer) {
        if (!peer.isForgotten(nanos.getAsLong() - MEMORY.toNanos())) {
            return false;
        }
        used = Math.max(used, peer.sent());
        return true;
    }

    /// Takes what may go to them now. Whoever is left out comes first the next time.
    List<BusPeers.Outgoing> take(long now) {
        List<BusPeers.Outgoing> all = new ArrayList<>();
        List<BusPeer> inTurn = new ArrayList<>(peers.values());
        Collections.rotate(inTurn, -turn);
        long size = MOST_BYTES_AT_ONCE;
        int served = 0;
        for (BusPeer peer : inTurn) {
            served += size > 0 ? 1 : 0;
            size -= peer.take(self, MOST_AT_ONCE, size, now, all::add);
        }
        turn = inTurn.isEmpty() ? 0 : (turn + served) % inTurn.size();
        return all;
    }
}
