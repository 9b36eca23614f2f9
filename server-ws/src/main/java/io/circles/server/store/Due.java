package io.circles.server.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the circle's handlers are to be run for. Immutable.
///
/// @param ids of what is to be handled now
/// @param next after how long there is more, if any of it waits for that
public record Due(List<String> ids, Optional<Duration> next) {
    /// Nothing, now or later.
    static final Due NOTHING = new Due(List.of(), Optional.empty());

    public Due {
        ids = List.copyOf(ids);
    }
}
