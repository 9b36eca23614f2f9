package io.circles.server.store;

/// Something that is being written.
///
/// @param <T> what it comes to
@FunctionalInterface
public interface Writing<T> {
    /// Blocks until it is durable; no interrupt ends that.
    ///
    /// @throws io.circles.protocol.CircleException if it was not written
    /// @throws IllegalStateException if the store is closed
    T await();
}
