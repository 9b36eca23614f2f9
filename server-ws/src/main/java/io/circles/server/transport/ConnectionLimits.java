package io.circles.server.transport;

import java.time.Duration;

/// The bounds of a circle's connections.
///
/// @param message bytes of a text frame
/// @param outbox bytes that a client has not read yet
/// @param ping how often a client is pinged
/// @param idle how long a client may be silent, pongs included
public record ConnectionLimits(long message, long outbox, Duration ping, Duration idle) {}
