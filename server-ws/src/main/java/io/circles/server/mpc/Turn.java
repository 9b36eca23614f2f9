package io.circles.server.mpc;

import java.util.function.Consumer;

/// Something that a client wants done in the relay, when its turn comes.
///
/// @param <T> what it comes to
@FunctionalInterface
public interface Turn<T> {
    /// Does it now, after all that was asked for before, and returns at once. One of the two is
    /// told later, by a thread of the relay and before anybody is told of what it has caused:
    /// `done` when it is durable, or `failed`, with a [io.circles.protocol.CircleException].
    ///
    /// @param cause with which the [Receiver] of the same client is given what it has caused
    void take(Object cause, Consumer<? super T> done, Consumer<Throwable> failed);
}
