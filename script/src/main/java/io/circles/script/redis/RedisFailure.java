package io.circles.script.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Redis does not answer, or does not do what it is told. Nothing in it is secret.
public final class RedisFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean lost;

    private RedisFailure(String message, @Nullable Throwable cause, boolean lost) {
        super(message, cause);
        this.lost = lost;
    }

    /// The connection is gone, or there is none to be had.
    static RedisFailure lost(Throwable cause) {
        return new RedisFailure("Redis does not answer: " + cause.getMessage(), cause, true);
    }

    /// Redis has answered with an error.
    static RedisFailure refused(Throwable cause) {
        return new RedisFailure("Redis says: " + cause.getMessage(), cause, false);
    }

    /// The clock of Redis has gone back by so much since this process began.
    static RedisFailure wentBack(Duration back) {
        return new RedisFailure(
                "the clock of Redis has gone back by %d seconds, which is not believed: set it"
                                .formatted(back.toSeconds())
                        + " right, or start this process anew if it was wrong before",
                null,
                true);
    }

    /// Whether Redis says that there is no such stream or group.
    boolean isNoGroup() {
        return !lost && String.valueOf(getMessage()).contains("NOGROUP");
    }

    /// Whether Redis says that there is such a group already.
    boolean isBusyGroup() {
        return !lost && String.valueOf(getMessage()).contains("BUSYGROUP");
    }
}
