package io.circles.script.redis;

import java.time.Instant;

/// A message that is not to be looked at. Whoever reads from Redis drops it and goes on: it says
/// nothing about who has sent it.
final class RefusedMessage extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean late;

    private RefusedMessage(String message, boolean late) {
        super(message);
        this.late = late;
    }

    /// It was sealed with another key, for another addressee, or not at all.
    static RefusedMessage notSealedFor(String addressee) {
        return new RefusedMessage("it was not sealed with this key for " + addressee, false);
    }

    /// It was sealed as it should be.
    static RefusedMessage late(Instant until) {
        return new RefusedMessage("its time was over at " + until, true);
    }

    /// Whether it was in order once, and only its time is over.
    boolean isLate() {
        return late;
    }

    /// What the operator may do about it, to follow what was refused.
    static String advice(Exception why) {
        return why instanceof RefusedMessage refused && !refused.late
                ? "; workers and servers need the same redis.key"
                : "";
    }

    /// Why a message is not taken, in words that are the same for each such message.
    static String kind(Exception why) {
        return why instanceof RefusedMessage refused && refused.late
                ? "late"
                : String.valueOf(why.getMessage());
    }
}
