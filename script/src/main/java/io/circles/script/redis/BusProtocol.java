package io.circles.script.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// What this node does about what another says, and when it begins anew with it: the rules by which
/// both come to mean the same. Guarded by the lock of [BusPeers].
final class BusProtocol {
    /// Of two that meet, the one whose name comes later leaves the other so much time to say hello.
    private static final Duration COURTESY = Duration.ofMillis(300);

    private final String self;
    private final LongSupplier nanos;
    private final BusLines lines;

    /// @param nanos the system's nano time
    /// @param lines those of this node
    BusProtocol(String self, LongSupplier nanos, BusLines lines) {
        this.self = self;
        this.nanos = nanos;
        this.lines = lines;
    }

    /// Lets a note wait for its turn; if there is no room for it, all begins anew.
    void offer(BusPeer peer, BusNote note) {
        long now = nanos.getAsLong();
        if (!peer.offer(note, now)) {
            peer.breakUp(now);
        }
    }

    /// A message has come that is new.
    void received(BusPeer peer, BusMessage message) {
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

    /// It was not heard for too long.
    void silence(BusPeer peer) {
        peer.silence();
        lines.leave(peer.node());
    }

    /// Says what is due without anything having come.
    void tick(BusPeer peer, long now) {
        greet(peer, now);
        beginAnew(peer, now);
    }

    private void greet(BusPeer peer, long now) {
        if (peer.mustBeGreeted(now)) {
            peer.greet(new BusNote.Hello(lines.names()), now);
            lines.gap(peer.node());
        }
    }

    private void beginAnew(BusPeer peer, long now) {
        List<String> anew = peer.takeAnew(now);
        if (!anew.isEmpty()) {
            offer(peer, new BusNote.Join(anew, true));
            lines.gap(peer.node(), anew);
        }
    }
}
