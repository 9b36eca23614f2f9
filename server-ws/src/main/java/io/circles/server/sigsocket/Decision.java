package io.circles.server.sigsocket;

import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.Writing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests that are to end, if the store finds them open. Immutable.
///
/// @param requests of which it was decided; with the last that a script waits for, others end too
/// @param outcome theirs
/// @param by the device that answered
/// @param writing on its way into the store
record Decision(
        List<Pending> requests, Outcome outcome, @Nullable Seat by, Writing<SignEnds> writing) {
    Decision {
        requests = List.copyOf(requests);
    }

    /// A request that has ended.
    record Ending(Pending pending, Outcome outcome) {}

    /// Whether it is not of that very request.
    boolean isNotOf(Pending pending) {
        return !requests.contains(pending);
    }

    /// How a request has ended that did so with them.
    Outcome of(Pending pending, SignRow.End end) {
        return requests.contains(pending) ? outcome : new Outcome.Cancelled(end.verdict());
    }

    /// Those of which the store says that they had ended before.
    List<Pending> missing(SignEnds ends) {
        return requests.stream().filter(request -> !ends.has(request.id())).toList();
    }
}
