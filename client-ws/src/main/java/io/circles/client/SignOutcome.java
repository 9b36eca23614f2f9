package io.circles.client;

/// How a request to sign ended that the application was asked to decide.
public sealed interface SignOutcome {

    /// The circle has taken this client's answer.
    record Answered(SignDecision decision) implements SignOutcome {}

    /// It ended otherwise: another device of the same key answered, its time was up, or whoever
    /// asked took it back. What was decided here, if anything, came too late.
    ///
    /// @param state `approved`, `rejected`, `expired`, `cancelled` or `failed`
    record Closed(String state) implements SignOutcome {}

    /// This client could not answer: the connection was lost, or the circle did not take the
    /// answer. The request may still wait, for another device or the next connection.
    ///
    /// @param why in a sentence
    record Failed(String why) implements SignOutcome {}
}
