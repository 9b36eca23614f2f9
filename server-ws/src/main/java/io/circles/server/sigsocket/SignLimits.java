package io.circles.server.sigsocket;

import java.time.Duration;

/// The bounds of signing in one circle.
///
/// @param pendingOfKey open requests of one key
/// @param pending open requests in all
/// @param requestsPerMinute of one requester
/// @param messageBytes of a message
/// @param longest how long a request may be open
public record SignLimits(
        int pendingOfKey,
        int pending,
        int requestsPerMinute,
        long messageBytes,
        Duration longest) {}
