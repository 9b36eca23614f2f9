package io.circles.server.mpc;

import io.circles.server.mpc.Posted.Waiting;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/// The way of one member's events to a connection. Guarded by the relay's lock.
final class Link {
    final Party party;
    final String group;
    private Member member;
    private final Queue<Waiting> next = new ArrayDeque<>();
    private final Queue<Waiting> handed = new ArrayDeque<>();
    private long sent;

    /// Whether the answer has left behind which the first events go.
    private boolean open;

    /// @param sent number of the last event that the client has
    Link(Party party, Member member, long sent) {
        this.party = party;
        this.group = member.group.id;
        this.sent = sent;
        this.member = member;
        connect(member);
    }

    /// Takes over what waits for the member.
    void connect(Member to) {
        member = to;
        next.clear();
        next.addAll(to.waitingAfter(sent));
        to.link = this;
        to.dropped = null;
    }

    /// Whose events they are, unless another connection gets them by now.
    Optional<Member> member() {
        return member.link == this ? Optional.of(member) : Optional.empty();
    }

    void add(Waiting event) {
        next.add(event);
    }

    void open() {
        open = true;
    }

    boolean isOpen() {
        return open;
    }

    /// Number of the last event that the client has, or that was handed on.
    long sent() {
        return sent;
    }

    /// Everything up to an event has arrived.
    ///
    /// @return what that took
    long arrived(long seq) {
        long bytes = 0;
        while (!handed.isEmpty() && handed.element().seq() <= seq) {
            bytes += handed.remove().posted().bytes;
        }
        return bytes;
    }

    /// Hands on what may go, as long as the connection has room for it.
    ///
    /// @param kept number of the last step that is durable
    void pump(long kept, Object cause) {
        while (open && !next.isEmpty() && next.element().step() <= kept && party.hasRoom()) {
            Waiting event = next.remove();
            handed.add(event);
            sent = event.seq();
            party.hand(this, event, cause);
        }
    }
}
