package io.circles.client;

/// What the application decides about a request to sign.
public sealed interface SignDecision {

    /// Sign it.
    record Approved() implements SignDecision {}

    /// Do not. This ends the request, also on other devices of the same key.
    ///
    /// @param reason for whoever asked; at most 1,000 characters
    record Rejected(String reason) implements SignDecision {
        private static final int MAX_REASON = 1000;

        public Rejected {
            if (reason.length() > MAX_REASON) {
                throw new IllegalArgumentException(
                        "a reason has at most 1000 characters, not " + reason.length());
            }
        }
    }

    /// Sign it.
    static SignDecision approve() {
        return new Approved();
    }

    /// Do not sign it.
    ///
    /// @param reason for whoever asked; at most 1,000 characters
    static SignDecision reject(String reason) {
        return new Rejected(reason);
    }
}
