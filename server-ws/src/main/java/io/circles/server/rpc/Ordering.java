package io.circles.server.rpc;

/// In which order the requests of a method run on one connection.
public sealed interface Ordering {

    /// One after the other with everything else, before the next frame is read. For what is quick.
    record InOrder() implements Ordering {}

    /// Beside each other; started in the order they came.
    ///
    /// @param lane what shares the bound: methods of the same lane count together
    /// @param atOnce how many of this lane run on a connection; more wait
    record Concurrent(String lane, int atOnce) implements Ordering {}

    /// One after the other with those of all connections of the circle, as they came; each answer
    /// leaves when it is durable, before anybody is told of what the request has caused. The
    /// handler gives a [io.circles.server.mpc.Turn].
    record Exclusive() implements Ordering {}
}
