package io.circles.server.sigsocket;

import io.circles.protocol.crypto.Signature;

/// A device that listens for what a key is asked. Thread-safe. An answer that ends a request
/// returns when that is durable; it blocks for so long.
public interface Listening extends AutoCloseable {
    /// Answers a request with a signature.
    ///
    /// @return false when the request has ended already, or was never shown to this device
    /// @throws io.circles.protocol.CircleException `INVALID_SIGNATURE` when it does not verify;
    ///     the request stays open
    boolean respond(String id, Signature signature);

    /// Answers a request with no.
    ///
    /// @param reason for whoever asked; may be empty
    /// @return as [#respond]
    boolean reject(String id, String reason);

    /// Says that a request failed on a device that has one chance only.
    ///
    /// @return as [#respond]
    boolean failed(String id, SignFailure why);

    /// Listens no longer: the device is gone, and one request that it was shown is unanswered. Who
    /// waits for that is told, unless another device is shown it too; what a script has asked waits
    /// for the next device.
    void lost(String id);

    /// Listens no longer. What was shown stays open, for another device or until it expires.
    @Override
    void close();
}
