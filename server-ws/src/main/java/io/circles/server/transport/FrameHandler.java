package io.circles.server.transport;

/// What is done with the frames of one connection. All calls come from the connection's mailbox,
/// one at a time, in the order of the frames; [#closed()] is the last.
public interface FrameHandler {

    /// A text frame within the size limit.
    void text(String frame);

    /// A binary frame, which no protocol of ours has.
    void binary();

    /// A text frame past the size limit, whose content is gone.
    ///
    /// @param bytes its size
    /// @param limit the bound it is past
    void tooBig(long bytes, long limit);

    /// A pong to a ping of [Connection#ping]: whatever had left before the ping has arrived.
    default void pong(long mark) {}

    /// The server is going away: take nothing new, and tell the client.
    ///
    /// @param deadlineMillis how long what is in flight may still take
    void drain(long deadlineMillis);

    /// Waits until nothing is in flight any more. May be called from any thread.
    ///
    /// @param deadlineNanos a value of [System#nanoTime()]; past that it returns anyway
    void awaitIdle(long deadlineNanos) throws InterruptedException;

    /// Cancels all that is in flight; each request is still answered. May be called from
    /// any thread.
    void cancelAll();

    /// The connection is gone, or this server is closing it.
    void closed();
}
