package io.circles.script.bus;

import io.circles.protocol.crypto.PublicKey;

/// How this node reaches the others that serve the same circles.
///
/// Messages between two nodes come in the order in which they were sent, and at most once. What is
/// lost on the way, or was too much, is told as [BusListener#gap]: nothing is lost silently.
/// Thread-safe.
public interface Bus extends AutoCloseable {
    /// What a line is for; each circle has one of each at most.
    enum Topic {
        /// That effects were committed.
        EVENTS,
        /// Who listens for what he is asked to sign, and what he is asked.
        SIGN,
        /// The relay's requests and what comes of them.
        RELAY
    }

    /// How long a message may be, in bytes of JSON where all but ASCII is escaped.
    int MOST_BYTES = 16 << 20;

    /// What this node is called: another name each time a process starts, of letters, digits, `.`,
    /// `_` and `-`.
    String node();

    /// Joins the nodes that serve the circle; returns at once, and the others are told as soon as
    /// they can be reached.
    ///
    /// @param circle of whose lines of that topic none is open here
    /// @param listener told of the other nodes and what they say, until the line is closed
    BusLine open(PublicKey circle, Topic topic, BusListener listener);

    /// Leaves all lines, and tells the others, if they can be reached within a second.
    @Override
    void close();

    /// The bus of a process that no other can join.
    static Bus alone() {
        return Alone.INSTANCE;
    }
}
