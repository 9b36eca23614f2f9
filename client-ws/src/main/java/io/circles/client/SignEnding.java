package io.circles.client;

import io.circles.protocol.crypto.Signature;

/// What an open request to sign comes to: an answer for the circle, or that none is wanted any
/// more.
sealed interface SignEnding {

    record Signed(Signature signature) implements SignEnding {}

    record Refused(SignDecision.Rejected decision) implements SignEnding {
        static Refused because(String reason) {
            return new Refused(new SignDecision.Rejected(reason));
        }
    }

    record Over(SignOutcome outcome) implements SignEnding {}
}
