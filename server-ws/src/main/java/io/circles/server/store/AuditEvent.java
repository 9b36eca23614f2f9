package io.circles.server.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What happened to a request to sign.
public enum AuditEvent {
    /// It was made.
    REQUESTED,
    /// It was handed to a device for the first time.
    DELIVERED,
    /// The key has signed.
    APPROVED,
    /// Whoever holds the key said no.
    REJECTED,
    /// Nobody answered in time.
    EXPIRED,
    /// Nobody wants the answer any more.
    CANCELLED,
    /// It could not be asked, or was answered wrongly.
    FAILED,
    /// A device answered when the request had ended already; nothing came of it.
    LATE;

    /// Its name in the audit: lower-case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AuditEvent> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
