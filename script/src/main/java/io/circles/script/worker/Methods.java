package io.circles.script.worker;

/// The words of the link. The server sends the first seven, the worker the others.
final class Methods {
    /// Runs a job; the answer is its outcome or its error.
    static final String RUN = "run";

    /// Ends a run that is in flight; it is answered all the same.
    static final String CANCEL = "cancel";

    /// Ends a run that is in flight if it can be ended, for another worker to begin it again; it is
    /// answered all the same.
    static final String ASK = "ask";

    /// Gives an environment an id for the runs that follow.
    static final String LOAD = "load";

    /// Forgets an environment.
    static final String UNLOAD = "unload";

    /// Plays some scripts of the worker's own, as long as it has nothing else to do.
    static final String WARM = "warm";

    /// Lets a run send to other machines, or not: the answer to `sent`.
    static final String GO = "go";

    /// The worker takes jobs.
    static final String READY = "ready";

    /// A run is about to send something to another machine, for the first time; it waits for `go`.
    static final String SENT = "sent";

    /// A run has used so much that it had better be in another worker.
    static final String HEAVY = "heavy";

    /// A run does not end; the worker answers it and ends itself.
    static final String ENDING = "ending";

    private Methods() {}
}
