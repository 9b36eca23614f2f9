package io.circles.script.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Whether this node is connected, and since when it would have heard of the others what they say.
/// Guarded by the lock of [BusPeers].
final class BusHearing {
    /// Whoever looks at the clock so late was stopped, or held up.
    private static final Duration HELD_UP = Duration.ofSeconds(2);

    private final LongSupplier nanos;
    private boolean reading;
    private boolean writing;
    private long tickedAt;
    private long since;

    /// @param nanos the system's nano time
    BusHearing(LongSupplier nanos) {
        this.nanos = nanos;
        this.tickedAt = nanos.getAsLong();
        this.since = tickedAt;
    }

    /// Whether this node can read what others say.
    void reading(boolean can) {
        connected(can, writing);
    }

    /// Whether it can say something.
    void writing(boolean can) {
        connected(reading, can);
    }

    private void connected(boolean read, boolean write) {
        boolean before = isConnected();
        reading = read;
        writing = write;
        if (isConnected() && !before) {
            since = nanos.getAsLong();
        }
    }

    boolean isConnected() {
        return reading && writing;
    }

    /// To be told again and again: what has come while this node was held up is still to be heard.
    void tick(long now) {
        if (now - tickedAt > HELD_UP.toNanos()) {
            since = now;
        }
        tickedAt = now;
    }

    /// Whether others would have been heard for longer than that.
    boolean isLongerThan(Duration time, long now) {
        return now - since > time.toNanos();
    }
}
