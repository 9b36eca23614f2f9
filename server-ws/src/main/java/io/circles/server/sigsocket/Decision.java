package io.circles.server.sigsocket;

import io.circles.server.store.SignStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests that are to end, once that is durable. Immutable.
///
/// @param by the device that answered the first of them
/// @param asking ends with them
record Decision(List<Ending> endings, @Nullable Seat by, Optional<Asking> asking) {
    Decision {
        endings = List.copyOf(endings);
    }

    record Ending(Pending pending, Outcome outcome) {
        SignStore.Ended kept() {
            return new SignStore.Ended(pending.row, outcome.end());
        }
    }
}
