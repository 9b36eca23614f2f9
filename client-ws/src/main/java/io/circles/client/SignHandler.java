package io.circles.client;

/// The application's part of signing: decides what the client's key signs.
public interface SignHandler {

    /// Decides about one request. Called on a virtual thread of the request's own, at most 16 at
    /// once, where it may block for as long as a person needs: nothing else of the client waits for
    /// it.
    ///
    /// When the request ends meanwhile, because its time is up, another device answered, or the
    /// connection is lost, the thread is interrupted and what is returned or thrown is dropped. A
    /// handler that does not heed the interrupt keeps its place among the 16.
    ///
    /// Whatever else it throws is logged, and the request is rejected without saying why.
    SignDecision decide(SignRequest request) throws InterruptedException;

    /// Tells how a request ended about which [#decide] was called; once for each. [#decide] may not
    /// have returned yet. May block; what it throws is logged.
    default void ended(SignRequest request, SignOutcome outcome) {
        // most applications need not know
    }
}
