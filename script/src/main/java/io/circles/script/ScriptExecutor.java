package io.circles.script;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Runs jobs, somewhere. What a run wants to write or to have done is in its outcome; whoever
/// called commits it. Safe for use by any number of threads; whoever made it closes it.
public interface ScriptExecutor extends AutoCloseable {
    /// Runs a job to its end. Blocks, so call it on a virtual thread. Interrupting that thread
    /// stops the script, or takes the job back when it has not started.
    ///
    /// @throws InterruptedException if the calling thread was interrupted; the script is being
    ///     stopped
    /// @throws io.circles.protocol.CircleException in every other case without a result: the script
    ///     threw, a limit was reached, there is no room or no worker for the job
    ScriptOutcome execute(ScriptJob job) throws InterruptedException;

    /// Begins to run a job as [#execute(ScriptJob)] does, without a thread of the caller's that
    /// waits for it: for who has many at a time and hands on what comes of them.
    ///
    /// @return how it ends: with the outcome, or exceptionally with what [#execute(ScriptJob)]
    ///     throws. What depends on it may be run by a thread that everybody waits for, so it must
    ///     not block. Cancelling it stops the script, or takes the job back when it has not started
    default CompletableFuture<ScriptOutcome> begin(ScriptJob job) {
        CompletableFuture<ScriptOutcome> end = new CompletableFuture<>();
        Thread running =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                end.complete(execute(job));
                            } catch (Throwable e) { // whatever it is, somebody waits
                                end.completeExceptionally(e);
                            }
                        });
        var _ =
                end.whenComplete(
                        (_, _) -> {
                            if (end.isCancelled()) {
                                running.interrupt();
                            }
                        });
        return end;
    }

    /// Waits until scripts can run: what runs them may have to start first. Jobs that come earlier
    /// wait too, but only as long as their wall time.
    ///
    /// @return false if they cannot within that time
    default boolean awaitReady(Duration atMost) throws InterruptedException {
        return true;
    }

    /// What it has to run scripts; empty where that is no process of its own.
    default Optional<WorkerCounts> workers() {
        return Optional.empty();
    }

    /// How it runs scripts, in a few words for the operator.
    String description();

    /// Stops what runs and waits, which then fails as cancelled, and gives back threads and memory.
    /// Blocks for a short while at most. Later jobs fail.
    @Override
    void close();
}
