package io.circles.protocol;

import java.time.Duration;

/// How long something takes, in the words of messages.
public final class DurationText {
    private DurationText() {}

    /// In seconds where it is whole ones, such as `10 s`, and otherwise in milliseconds, such as
    /// `200 ms`.
    public static String of(Duration duration) {
        return duration.toNanosPart() == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }
}
