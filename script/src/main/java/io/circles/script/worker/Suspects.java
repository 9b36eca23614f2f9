package io.circles.script.worker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptJob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Who has ended workers of late, or has used much of one. A key that has ended three within a
/// minute is refused for a minute, then for two, and so on up to an hour; a circle in which anybody
/// has ended one is kept apart for a minute, and one in which a script has used much is heavy for
/// as long. Callers without a key are one with their circle.
///
/// Thread-safe; remembers the last ten thousand keys and circles for some hours.
final class Suspects {
    private static final int TOO_MANY = 3;
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration REMEMBERED = Duration.ofHours(3);
    private static final int MOST = 10_000;

    private final InstantSource clock;
    private final Cache<PublicKey, Offences> offences;
    private final Cache<PublicKey, Instant> apart;
    private final Cache<PublicKey, Instant> heavy;

    /// @param ended when it ended workers that still count
    /// @param refusedUntil the end of its last refusal
    /// @param next how long the next refusal is
    private record Offences(List<Instant> ended, Instant refusedUntil, Duration next) {
        private static final Offences NONE = new Offences(List.of(), Instant.MIN, SHORTEST);

        Offences andOne(Instant now) {
            List<Instant> recent =
                    Stream.concat(ended.stream(), Stream.of(now))
                            .filter(at -> at.isAfter(now.minus(WITHIN)))
                            .toList();
            if (recent.size() < TOO_MANY) {
                return new Offences(recent, refusedUntil, next);
            }
            Duration twice = next.multipliedBy(2);
            return new Offences(
                    List.of(), now.plus(next), twice.compareTo(LONGEST) > 0 ? LONGEST : twice);
        }
    }

    Suspects(InstantSource clock) {
        this.clock = clock;
        this.offences = cache(clock, REMEMBERED);
        this.apart = cache(clock, WITHIN);
        this.heavy = cache(clock, WITHIN);
    }

    private static <V> Cache<PublicKey, V> cache(InstantSource clock, Duration remembered) {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .expireAfterWrite(remembered)
                .maximumSize(MOST)
                .build();
    }

    private static PublicKey key(ScriptJob job) {
        PublicKey caller = job.caller().publicKey();
        return caller == null ? job.environment().circle() : caller;
    }

    /// The job has ended a worker.
    void ended(ScriptJob job) {
        Instant now = clock.instant();
        setApart(job.environment().circle());
        offences.asMap()
                .compute(
                        key(job),
                        (_, before) -> (before == null ? Offences.NONE : before).andOne(now));
    }

    /// A script of the circle uses much.
    void setHeavy(PublicKey circle) {
        heavy.put(circle, clock.instant());
    }

    /// Somebody in the circle may have ended a worker.
    void setApart(PublicKey circle) {
        apart.put(circle, clock.instant());
    }

    /// Whether runs of a circle are kept apart from those of others.
    boolean isApart(PublicKey circle) {
        return apart.getIfPresent(circle) != null;
    }

    /// Whether runs of a circle had better not be in the way of others.
    boolean isHeavy(PublicKey circle) {
        return heavy.getIfPresent(circle) != null;
    }

    /// Why a job is not run now, if it is not.
    Optional<CircleException> refusal(ScriptJob job) {
        Offences known = offences.getIfPresent(key(job));
        Instant now = known == null ? Instant.MAX : clock.instant();
        if (known == null || !now.isBefore(known.refusedUntil)) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, known.refusedUntil);
        String message =
                "Busy: this key's scripts have ended several workers; it can run scripts again in %d s"
                        .formatted(left.toSeconds() + 1);
        return Optional.of(
                new CircleException(ErrorCode.BUSY, message)
                        .with("retry_after_ms", left.toMillis()));
    }
}
