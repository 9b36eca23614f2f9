package io.circles.client;

import io.circles.protocol.CircleException;

/// What a client has at a circle that ends with a connection or a session, and that it wants back.
interface Restorable {

    /// There is a new connection, on which nobody is logged in yet.
    default void attach(RpcLink link) {
        // most are content to be restored
    }

    /// Somebody is logged in on a connection, for the first time or again. Blocks until what was
    /// there before is there again.
    ///
    /// @throws CircleException what the circle answered, if nothing can go on without it
    /// @throws ClientException when no answer came
    void restore(RpcLink link) throws InterruptedException;
}
