package io.circles.server.sigsocket;

import java.util.Locale;

/// Where a request to sign stands. All but the first two are final.
public enum SignState {
    /// No device has been handed it.
    QUEUED,
    /// A device has been handed it; it may be gone again.
    DELIVERED,
    /// The key has signed.
    APPROVED,
    /// Whoever holds the key said no.
    REJECTED,
    /// Nobody answered in time.
    EXPIRED,
    /// Nobody wants the answer any more.
    CANCELLED,
    /// It could not be asked, or was answered wrongly by a device that has one chance only.
    FAILED;

    /// Its name on the wire: lower-case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
