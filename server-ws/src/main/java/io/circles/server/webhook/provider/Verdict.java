package io.circles.server.webhook.provider;

import java.util.Locale;

/// Whether a delivery comes from whom it says.
public enum Verdict {
    /// Who has signed it knows a secret.
    GENUINE,
    /// It has no signature, or one that cannot be read.
    NO_SIGNATURE,
    /// The signature is none of these bytes by any secret.
    WRONG_SIGNATURE,
    /// It was signed, and too long ago or in the future.
    WRONG_TIME;

    /// In lower case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
