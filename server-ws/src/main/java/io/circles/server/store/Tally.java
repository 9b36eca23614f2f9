package io.circles.server.store;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How many of the requests of an asking have ended, and how. Immutable.
///
/// @param threshold how many have to be approved
/// @param open how many have not ended
/// @param ends how many have ended so
record Tally(int threshold, int open, Map<AuditEvent, Integer> ends) {
    Tally {
        ends = Map.copyOf(ends);
    }

    /// How the asking ends, if that is clear: where too few can still sign, as the gravest of the
    /// requests' ends says.
    Optional<AuditEvent> verdict() {
        int approved = count(AuditEvent.APPROVED);
        if (approved >= threshold) {
            return Optional.of(AuditEvent.APPROVED);
        }
        if (approved + open >= threshold) {
            return Optional.empty();
        }
        return Stream.of(AuditEvent.REJECTED, AuditEvent.FAILED, AuditEvent.EXPIRED)
                .filter(end -> count(end) > 0)
                .findFirst()
                .or(() -> Optional.of(AuditEvent.CANCELLED));
    }

    private int count(AuditEvent end) {
        return ends.getOrDefault(end, 0);
    }
}
