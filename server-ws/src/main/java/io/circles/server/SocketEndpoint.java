package io.circles.server;

import io.circles.server.session.Origin;
import io.circles.server.transport.Connection;
import io.circles.server.transport.FrameHandler;

/// What is behind one of a circle's WebSocket paths.
@FunctionalInterface
interface SocketEndpoint {

    /// How a client came.
    ///
    /// @param origin the one of the circle's origins that it dialled
    /// @param query of the URL, as it was sent; empty when there was none
    record Dialled(Origin origin, String query) {}

    /// Makes what handles the frames of a new connection.
    FrameHandler open(Connection connection, Dialled dialled);
}
