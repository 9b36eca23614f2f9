package io.circles.server.webhook;

import java.time.Duration;

/// The bounds of webhooks in one circle.
///
/// @param bodyBytes of a delivery
/// @param patience how long a body may take to come
/// @param requestsPerMinute of one address
/// @param attempts after so many failures of its handler an event is given up
/// @param retryTime over which the attempts are spread
public record WebhookLimits(
        long bodyBytes,
        Duration patience,
        int requestsPerMinute,
        int attempts,
        Duration retryTime) {}
