package io.circles.client;

import java.time.Instant;
import java.time.InstantSource;

/// The circle's clock, as its nonce showed it: times of the circle are compared with this one,
/// never with this machine's, which may be wrong. It is behind by up to a second and what the
/// nonce took to come. Immutable.
///
/// @param shown what the circle's clock showed
/// @param nanos [System#nanoTime()] when that came
record CircleTime(Instant shown, long nanos) implements InstantSource {
    @Override
    public Instant instant() {
        return shown.plusNanos(System.nanoTime() - nanos);
    }
}
