package io.circles.script.redis;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What this node knows of the others, and what they are to be told: all of the bus but Redis.
///
/// Two nodes say hello to each other and name their lines; from then on each tells the other what
/// changes. Each numbers what it says to the other, and says each second that it is there, so a
/// number that is missing shows that something was lost. Then it begins anew: whoever notices says
/// hello, and what the other has said before it has heard that is of no account. The same happens
/// when more waits for a node than may, and when one is heard again that was silent for long.
///
/// Thread-safe; nothing blocks but [#take]. `lock` guards it all, the peers and the lines included.
final class BusPeers {
    /// Who was not heard for so long has left.
    static final Duration SILENCE = Duration.ofSeconds(5);

    /// Who says something is answered within that, or has given up: what is on its way for longer
    /// is not heard any more.
    static final Duration LIFE = Duration.ofSeconds(30);

    /// How long a node is remembered that is not there any more: longer than any message of it can
    /// be in time, however the clock of Redis is set.
    private static final Duration MEMORY = Duration.ofMinutes(30);

    /// Of two that meet, the one whose name comes later leaves the other so much time to say hello.
    private static final Duration COURTESY = Duration.ofMillis(300);

    /// Whoever looks at the clock so late was stopped, or held up.
    private static final Duration HELD_UP = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofMillis(100);
    private static final int MOST_PEERS = 1_000;
    private static final int MOST_AT_ONCE = 64;

    /// So much is taken for all others together, and one more message.
    static final long MOST_BYTES_AT_ONCE = 2L << 20;

    private final String self;
    private final LongSupplier numbers;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final BusLines lines = new BusLines();
    private final Map<String, BusPeer> peers = new HashMap<>();
    /// The highest number that was used for a node that is forgotten.
    private long used;

    private boolean reading;
    private boolean writing;
    private boolean leaving;
    private long tickedAt;

    /// Who of the others comes first when there is too much for all of them.
    private int turn;

    /// Since when others would have been heard.
    private long listeningSince;

    /// @param numbers where the numbers for a new peer begin: higher each time
    /// @param nanos the system's nano time
    BusPeers(String self, LongSupplier numbers, LongSupplier nanos) {
        this.self = self;
        this.numbers = numbers;
        this.nanos = nanos;
        this.tickedAt = nanos.getAsLong();
        this.listeningSince = tickedAt;
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- lines

    /// Joins all nodes that have that line.
    ///
    /// @throws IllegalStateException if it is there already, or this node has left
    void open(String line, BusQueue queue) {
        locked(
                () -> {
                    if (leaving || !lines.add(line, queue)) {
                        throw new IllegalStateException("the line is open, or the bus is closed");
                    }
                    offerAll(new BusNote.Join(List.of(line), false));
                });
    }

    void close(String line, BusQueue queue) {
        locked(
                () -> {
                    if (lines.remove(line, queue)) {
                        peers.values().forEach(peer -> peer.forget(line));
                        offerAll(new BusNote.Leave(List.of(line)));
                    }
                });
    }

    Set<String> nodes(String line) {
        lock.lock();
        try {
            return lines.nodes(line);
        } finally {
            lock.unlock();
        }
    }

    void send(String line, String node, JsonNode message, long bytes) {
        locked(
                () -> {
                    BusPeer peer = peers.get(node);
                    if (peer != null && lines.nodes(line).contains(node)) {
                        offer(peer, new BusNote.Say(line, message, bytes));
                    }
                });
    }

    void broadcast(String line, JsonNode message, long bytes) {
        BusNote said = new BusNote.Say(line, message, bytes);
        locked(
                () -> {
                    for (String node : lines.nodes(line)) {
                        BusPeer peer = peers.get(node);
                        if (peer != null) {
                            offer(peer, said);
                        }
                    }
                });
    }

    private void offerAll(BusNote note) {
        peers.values().forEach(peer -> offer(peer, note));
    }

    private void offer(BusPeer peer, BusNote note) {
        long now = nanos.getAsLong();
        if (!leaving && !peer.offer(note, now)) {
            peer.breakUp(now);
        }
    }

    // ---------------------------------------------------------------- what comes

    /// Takes what another node has sealed for this one.
    ///
    /// @return false if it is refused: it was here before, or something that was sent later was
    boolean received(BusMessage message) {
        lock.lock();
        try {
            BusPeer peer = peer(message.from());
            if (leaving || peer == null || !peer.isNew(message)) {
                return false;
            }
            long now = nanos.getAsLong();
            boolean met = peer.isSilent();
            boolean missing = peer.heard(message, now);
            if (met) {
                boolean first = self.compareTo(peer.node()) < 0;
                peer.breakUp(first ? now : now + COURTESY.toNanos());
            } else if (missing) {
                peer.breakUp(now);
            }
            take(peer, message);
            greet(peer, now);
            work.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable BusPeer peer(String node) {
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

    private void take(BusPeer peer, BusMessage message) {
        String node = peer.node();
        switch (message.note()) {
            case BusNote.Hello(List<String> theirs) -> {
                if (peer.isHeard(message)) {
                    peer.answered();
                }
                peer.greeted(new BusNote.Welcome(lines.names()), nanos.getAsLong());
                lines.agree(node, theirs, true);
            }
            case BusNote.Bye _ -> {
                peer.leave();
                lines.leave(node);
            }
            case BusNote.Beat _ -> {}
            case BusNote.Welcome _, BusNote.Join _, BusNote.Leave _, BusNote.Say _ -> {
                if (peer.isHeard(message)) {
                    takeHeard(peer, message.note());
                }
            }
        }
    }

    private void takeHeard(BusPeer peer, BusNote note) {
        String node = peer.node();
        switch (note) {
            case BusNote.Welcome(List<String> theirs) -> {
                peer.answered();
                lines.agree(node, theirs, false);
            }
            case BusNote.Join(List<String> theirs, boolean anew) -> {
                List<String> here = lines.join(node, theirs, anew);
                if (!here.isEmpty()) {
                    offer(peer, new BusNote.Join(here, false));
                }
            }
            case BusNote.Leave(List<String> theirs) -> lines.leave(node, theirs);
            case BusNote.Say said -> {
                if (!lines.received(node, said)) {
                    peer.beginAnew(said.line());
                    beginAnew(peer, nanos.getAsLong());
                }
            }
            case BusNote.Hello _, BusNote.Beat _, BusNote.Bye _ -> {}
        }
    }

    private void beginAnew(BusPeer peer, long now) {
        List<String> anew = peer.takeAnew(now);
        if (!anew.isEmpty()) {
            offer(peer, new BusNote.Join(anew, true));
            lines.gap(peer.node(), anew);
        }
    }

    private void greet(BusPeer peer, long now) {
        if (!leaving && peer.mustBeGreeted(now)) {
            peer.greet(new BusNote.Hello(lines.names()), now);
            lines.gap(peer.node());
        }
    }

    // ---------------------------------------------------------------- Redis

    /// Whether this node can read what others say.
    void reading(boolean can) {
        locked(() -> connected(can, writing));
    }

    /// Whether it can say something.
    void writing(boolean can) {
        locked(() -> connected(reading, can));
    }

    private void connected(boolean read, boolean write) {
        boolean before = reading && writing;
        reading = read;
        writing = write;
        if (reading && writing && !before) {
            listeningSince = nanos.getAsLong();
        }
    }

    /// Says that this node is there to all that may be: those that are heard, and those in a list
    /// that anybody may have written.
    void beat(Collection<String> listed) {
        Set<String> names = new HashSet<>(listed);
        locked(
                () -> {
                    if (leaving) {
                        return;
                    }
                    names.forEach(this::peer);
                    peers.values().forEach(peer -> peer.list(names.contains(peer.node())));
                    peers.values().removeIf(this::forget);
                    peers.values().forEach(BusPeer::beat);
                });
    }

    private boolean forget(BusPeer peer) {
        if (!peer.isForgotten(nanos.getAsLong() - MEMORY.toNanos())) {
            return false;
        }
        used = Math.max(used, peer.sent());
        return true;
    }

    /// What is sent to a node, in its order.
    ///
    /// @param since when it was said
    record Outgoing(String node, BusMessage message, long since) {
        /// How long it may still be on its way.
        Duration left(long now) {
            return LIFE.minusNanos(now - since);
        }
    }

    /// Waits for a moment for something that is to be sent, and takes it: whoever does sends it, in
    /// this order, before anything that is taken later.
    List<Outgoing> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            List<Outgoing> taken = takeNow();
            long left = TICK.toNanos();
            while (taken.isEmpty() && left > 0) {
                left = work.awaitNanos(left);
                taken = takeNow();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// The same without waiting. Whoever is left out comes first the next time.
    List<Outgoing> takeNow() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            tick(now);
            return waiting(now);
        } finally {
            lock.unlock();
        }
    }

    private List<Outgoing> waiting(long now) {
        List<Outgoing> all = new ArrayList<>();
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

    private void tick(long now) {
        if (now - tickedAt > HELD_UP.toNanos()) {
            listeningSince = now;
        }
        tickedAt = now;
        if (!leaving) {
            peers.values().stream()
                    .filter(peer -> peer.isLate(now - LIFE.toNanos()))
                    .forEach(peer -> peer.breakUp(now));
        }
        if (!reading || !writing || leaving) {
            return;
        }
        boolean longEnough = now - listeningSince > SILENCE.toNanos();
        for (BusPeer peer : peers.values()) {
            if (longEnough && peer.isSilentSince(now - SILENCE.toNanos())) {
                peer.silence();
                lines.leave(peer.node());
            }
            greet(peer, now);
            beginAnew(peer, now);
        }
    }

    // ---------------------------------------------------------------- the end

    /// Leaves all lines, and nothing is taken or said any more but that.
    ///
    /// @return whether others can be told
    boolean leave() {
        lock.lock();
        try {
            leaving = true;
            lines.clear();
            long now = nanos.getAsLong();
            peers.values().forEach(peer -> peer.sayBye(now));
            work.signalAll();
            return reading && writing;
        } finally {
            lock.unlock();
        }
    }

    boolean isLeaving() {
        lock.lock();
        try {
            return leaving;
        } finally {
            lock.unlock();
        }
    }
}
