package io.circles.server.pace;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// How many requests each requester may still make. Thread-safe. Who has not asked for a minute
/// has a full bucket again, so nothing is lost when it is forgotten; of more than ten thousand
/// requesters at a time some begin anew.
public final class Quota {
    private static final long MOST_REQUESTERS = 10_000;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final int perMinute;
    private final TimeMeter time;
    private final Cache<String, Bucket> buckets;

    /// Full for everybody.
    ///
    /// @param perMinute how many requests each may make in a minute
    public Quota(int perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.time = new Clock(clock);
        this.buckets =
                Caffeine.newBuilder()
                        .maximumSize(MOST_REQUESTERS)
                        .ticker(time::currentTimeNanos)
                        .expireAfterAccess(PERIOD)
                        .build();
    }

    private record Clock(InstantSource clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    /// Counts a request.
    ///
    /// @param requester what tells whoever makes it from others
    /// @return whether it may be made
    public boolean take(String requester) {
        return buckets.get(requester, _ -> bucket()).tryConsume(1);
    }

    /// Counts a request less: it could not be made for another reason.
    public void giveBack(String requester) {
        buckets.get(requester, _ -> bucket()).addTokens(1);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(
                        Bandwidth.builder()
                                .capacity(perMinute)
                                .refillGreedy(perMinute, PERIOD)
                                .build())
                .build();
    }
}
