package io.circles.script.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// What the clock of Redis says, so that nodes and workers whose own clocks differ mean the same
/// moment by a deadline: how far it is ahead is measured when a connection is made and again and
/// again. Before that, and in between, the own clock goes on.
///
/// However wrong a clock is when this process begins, it may not go back by much later: what was
/// past its time would be in time again.
///
/// Thread-safe.
final class RedisClock implements InstantSource {
    /// How far the clock of Redis may go back while this process runs: more than clocks that are
    /// set right now and then, and than two machines of one Redis, differ.
    static final Duration MOST_BACK = Duration.ofMinutes(15);

    private final InstantSource own;
    private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.EPOCH);
    private volatile Duration ahead = Duration.ZERO;

    /// @param own this machine's clock, right or wrong
    RedisClock(InstantSource own) {
        this.own = own;
    }

    /// Notes what Redis has answered to `TIME`: it was so between the two moments.
    ///
    /// @param before asking, by the own clock
    /// @param after the answer, by the own clock
    /// @throws RedisFailure if that is more than [#MOST_BACK] before what it has answered once
    void measured(Instant redis, Instant before, Instant after) {
        Instant known = latest.accumulateAndGet(redis, (one, two) -> one.isAfter(two) ? one : two);
        Duration back = Duration.between(redis, known);
        if (back.compareTo(MOST_BACK) > 0) {
            throw RedisFailure.wentBack(back);
        }
        Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
        ahead = Duration.between(middle, redis);
    }

    /// The own clock, for measuring.
    Instant own() {
        return own.instant();
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    @Override
    public long millis() {
        return instant().toEpochMilli();
    }
}
