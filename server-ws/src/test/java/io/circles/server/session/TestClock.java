package io.circles.server.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until a test moves it. Thread-safe.
public final class TestClock implements InstantSource {
    /// Where it begins; not on a whole second.
    public static final Instant START = Instant.parse("2026-11-20T12:00:00.250Z");

    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    /// Lets time pass.
    public void pass(Duration time) {
        now = now.plus(time);
    }

    /// Goes to a moment.
    public void set(Instant moment) {
        now = moment;
    }
}
