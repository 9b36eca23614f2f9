package io.circles.script.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Redis does not answer, or does not do what it is told. Nothing in it is secret.
public final class RedisFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final String LOST = "lost";
    private static final String CLOCK = "clock";

    private final String kind;

    private RedisFailure(String message, @Nullable Throwable cause, String kind) {
        super(message, cause);
        this.kind = kind;
    }

    /// The connection is gone, or there is none to be had.
    static RedisFailure lost(Throwable cause) {
        return new RedisFailure("Redis does not answer: " + cause.getMessage(), cause, LOST);
    }

    /// Redis has answered with an error.
    static RedisFailure refused(Throwable cause) {
        String message = "Redis says: " + cause.getMessage();
        return new RedisFailure(message, cause, message);
    }

    /// The clock of Redis has gone back by so much since this process began.
    static RedisFailure wentBack(Duration back) {
        return new RedisFailure(
                "the clock of Redis has gone back by %d seconds, which is not believed: set it"
                                .formatted(back.toSeconds())
                        + " right, or start this process anew if it was wrong before",
                null,
                CLOCK);
    }

    /// The same for all failures that are one and the same trouble.
    String kind() {
        return kind;
    }

    /// Whether nobody knows what Redis has done.
    boolean isLost() {
        return kind.equals(LOST) || kind.equals(CLOCK);
    }

    /// Whether Redis says that there is no such stream or group.
    boolean isNoGroup() {
        return !isLost() && String.valueOf(getMessage()).contains("NOGROUP");
    }

    /// Whether Redis says that there is such a group already.
    boolean isBusyGroup() {
        return !isLost() && String.valueOf(getMessage()).contains("BUSYGROUP");
    }
}
