package io.circles.client;

import io.circles.protocol.DurationText;
import java.time.Duration;
import java.util.Optional;

/// How a single request is made, where it differs from the others. Immutable.
///
/// ```java
/// circle.call("deposit", args, CallOptions.idempotent().withTimeout(Duration.ofMinutes(2)));
/// ```
public final class CallOptions {
    private static final int MAX_KEY = 128;

    private final Optional<Duration> timeout;
    private final Optional<String> key;
    private final boolean makesKeys;

    private CallOptions(Optional<Duration> timeout, Optional<String> key, boolean makesKeys) {
        this.timeout = timeout;
        this.key = key;
        this.makesKeys = makesKeys;
    }

    /// As the builder says.
    public static CallOptions standard() {
        return new CallOptions(Optional.empty(), Optional.empty(), false);
    }

    /// With a timeout of its own.
    ///
    /// @param timeout from the call to the answer, over all connections that it takes; more than
    ///     nothing
    public static CallOptions timeout(Duration timeout) {
        return standard().withTimeout(timeout);
    }

    /// With an idempotency key that the client makes anew for each request: when the connection is
    /// lost before the answer came, the request is sent again on the next one, within its timeout,
    /// and is carried out once. For plays and calls of a client with a key.
    public static CallOptions idempotent() {
        return new CallOptions(Optional.empty(), Optional.empty(), true);
    }

    /// The same with a key of the caller's own, which can be written down before, so that another
    /// process can send the request again. Each request needs another key.
    ///
    /// @param key 1 to 128 characters
    public static CallOptions idempotencyKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new IllegalArgumentException(
                    "an idempotency key has 1 to 128 characters, not " + key.length());
        }
        return new CallOptions(Optional.empty(), Optional.of(key), false);
    }

    /// The same with a timeout.
    ///
    /// @param newTimeout from the call to the answer, over all connections that it takes; more
    ///     than nothing
    public CallOptions withTimeout(Duration newTimeout) {
        if (!newTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "a timeout is more than nothing, not " + DurationText.of(newTimeout));
        }
        return new CallOptions(Optional.of(newTimeout), key, makesKeys);
    }

    Duration timeoutOr(Duration usual) {
        return timeout.orElse(usual);
    }

    /// Whether the request shall be sent again.
    boolean repeats() {
        return makesKeys || key.isPresent();
    }

    /// The caller's key, if there is one.
    Optional<String> key() {
        return key;
    }
}
