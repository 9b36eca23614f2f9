package io.circles.server.webhook.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/// How far the time of a signature may be from the receiver's, before and after.
public record Tolerance(Duration most) {
    /// The longest, far less than what is known of events that came.
    public static final Duration LONGEST = Duration.ofDays(1);

    /// Five minutes.
    public static final Tolerance DEFAULT = new Tolerance(Duration.ofMinutes(5));

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    public Tolerance {
        if (most.isNegative() || most.isZero() || most.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a tolerance is up to " + LONGEST);
        }
    }

    /// Whether a text is a time in seconds since 1970.
    static boolean isTime(String text) {
        return SECONDS.matcher(text).matches();
    }

    /// The time that such a text says.
    static Instant time(String seconds) {
        return Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    /// What a right signature comes to by its time.
    Verdict judge(String seconds, Instant now) {
        return Duration.between(time(seconds), now).abs().compareTo(most) <= 0
                ? Verdict.GENUINE
                : Verdict.WRONG_TIME;
    }
}
