package io.circles.server.transport;

/// What only the network does to a connection, for tests of what stands on it.
public final class Network {
    private Network() {}

    /// The connection is lost.
    public static void lose(Connection connection) {
        connection.closed();
    }
}
