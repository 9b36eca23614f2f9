package io.circles.client;

/// Tells who listens to a subscription that some events did not come, in the place where they
/// would have come. Of the events whose `seq` is greater than `after` and at most `upTo`, some
/// are missing; others of them may still come.
///
/// When `upTo` is less than `after`, the circle's numbers have begun anew, as they do when an
/// older copy of its state was put in place.
///
/// @param after the last number before the gap
/// @param upTo the last number that may be missing; [Long#MAX_VALUE] when nothing more will come,
///     because the circle refused to restore the subscription
public record EventGap(long after, long upTo) {

    /// Whether the subscription is over.
    public boolean isEnd() {
        return upTo == Long.MAX_VALUE;
    }

    EventGap and(EventGap next) {
        return new EventGap(after, next.upTo);
    }
}
