package io.circles.server.store;

import java.time.Instant;
import java.util.Optional;

/// A webhook's event as it is kept. Immutable; holds what others know of people, so it shows only
/// what it is.
///
/// @param number in the order in which they came; no other event of the circle ever has it
/// @param provider whose webhook it is, by its name in the configuration
/// @param event what came
/// @param state what became of it
/// @param received when it came
/// @param ended when it was done or given up
/// @param tries how often a run of the handler was tried in vain
/// @param failures how often of these it was the handler that failed
/// @param due when it is to be handled; before all times for now
/// @param error what went wrong the last time
public record HookRow(
        long number,
        String provider,
        HookEvent event,
        HookState state,
        Instant received,
        Optional<Instant> ended,
        int tries,
        int failures,
        Instant due,
        Optional<String> error) {

    @Override
    public String toString() {
        return "HookRow[%d, %s, %s]".formatted(number, provider, state.word());
    }
}
