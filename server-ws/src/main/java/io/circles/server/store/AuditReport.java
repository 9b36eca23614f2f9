package io.circles.server.store;

import java.util.Optional;

/// What was found when an audit was verified. Immutable.
///
/// @param entries how many are good from the first on
/// @param head the last good signed head among these
/// @param problem where the audit is broken or cut, and how; empty when it is neither
public record AuditReport(long entries, Optional<AuditHead> head, Optional<String> problem) {

    /// How many good entries came after the last signed head: cutting these off would not show.
    public long unsigned() {
        return entries - head.map(AuditHead::number).orElse(0L);
    }
}
