package io.circles.server.transport;

/// The sending end of one WebSocket, as the network library has it. None of its methods waits.
public interface Wire {

    /// Queues a text frame.
    ///
    /// @param done run once when the frame has left or can no longer leave
    void send(String text, Runnable done);

    /// Queues a ping (RFC 6455, section 5.5.2). It may leave before text frames that wait.
    ///
    /// @param mark what the pong to it comes back with
    void ping(long mark);

    /// Queues a close frame (RFC 6455, section 7.4).
    void close(int code, String reason);

    /// Ends the connection at once.
    void disconnect();
}
