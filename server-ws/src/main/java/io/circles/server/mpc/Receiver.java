package io.circles.server.mpc;

import io.circles.protocol.RelayApi;

/// Where a client gets its events. Called by one thread at a time; must not block.
public interface Receiver {
    /// Something happened in a group.
    ///
    /// @param cause of the [Turn] whose answer goes before it
    /// @param left to be run when it has left for the client, or can no longer leave
    void event(RelayApi.Event event, Object cause, Runnable left);

    /// Asks the client for a sign that what has left has arrived: [Party#pong].
    void ping(long mark);

    /// The same client has come with another connection, which gets everything from now on.
    void displaced();
}
