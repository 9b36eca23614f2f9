package io.circles.script.redis;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

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

    private static final Duration TICK = Duration.ofMillis(100);

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final BusLines lines = new BusLines();
    private final KnownPeers peers;
    private final BusProtocol protocol;
    private final BusHearing hearing;
    private boolean leaving;

    /// @param numbers where the numbers for a new peer begin: higher each time
    /// @param nanos the system's nano time
    BusPeers(String self, LongSupplier numbers, LongSupplier nanos) {
        this.nanos = nanos;
        this.peers = new KnownPeers(self, numbers, nanos);
        this.protocol = new BusProtocol(self, nanos, lines);
        this.hearing = new BusHearing(nanos);
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
                        peers.all().forEach(peer -> peer.forget(line));
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
                        protocol.offer(peer, new BusNote.Say(line, message, bytes));
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
                            protocol.offer(peer, said);
                        }
                    }
                });
    }

    private void offerAll(BusNote note) {
        peers.all().forEach(peer -> protocol.offer(peer, note));
    }

    // ---------------------------------------------------------------- what comes

    /// Takes what another node has sealed for this one.
    ///
    /// @return false if it is refused: it was here before, or something that was sent later was
    boolean received(BusMessage message) {
        lock.lock();
        try {
            BusPeer peer = peers.meet(message.from());
            if (leaving || peer == null || !peer.isNew(message)) {
                return false;
            }
            protocol.received(peer, message);
            work.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ---------------------------------------------------------------- Redis

    /// Whether this node can read what others say.
    void reading(boolean can) {
        locked(() -> hearing.reading(can));
    }

    /// Whether it can say something.
    void writing(boolean can) {
        locked(() -> hearing.writing(can));
    }

    /// Says that this node is there to all that may be: those that are heard, and those in a list
    /// that anybody may have written.
    void beat(Collection<String> listed) {
        Set<String> names = new HashSet<>(listed);
        locked(
                () -> {
                    if (!leaving) {
                        peers.list(names);
                        peers.all().forEach(BusPeer::beat);
                    }
                });
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
            return peers.take(now);
        } finally {
            lock.unlock();
        }
    }

    private void tick(long now) {
        hearing.tick(now);
        if (leaving) {
            return;
        }
        peers.all().stream()
                .filter(peer -> peer.isLate(now - LIFE.toNanos()))
                .forEach(peer -> peer.breakUp(now));
        if (!hearing.isConnected()) {
            return;
        }
        boolean longEnough = hearing.isLongerThan(SILENCE, now);
        for (BusPeer peer : peers.all()) {
            if (longEnough && peer.isSilentSince(now - SILENCE.toNanos())) {
                protocol.silence(peer);
            }
            protocol.tick(peer, now);
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
            peers.all().forEach(peer -> peer.sayBye(now));
            work.signalAll();
            return hearing.isConnected();
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
