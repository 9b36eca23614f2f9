package io.circles.server.sigsocket;

import io.circles.server.store.AskingRow;
import java.util.List;

/// What a script has asked for, after it was decided which of its requests are made: those are on
/// the board, and not shown to anybody yet. Immutable.
///
/// @param row as it is to be kept: what is refused has ended in it
/// @param open its requests that are made; none when all of it is refused
record Admitted(AskingRow row, List<Pending> open) {
    Admitted {
        open = List.copyOf(open);
    }

    /// Whether all of it has ended before it began.
    boolean isRefused() {
        return row.end().isPresent();
    }
}
