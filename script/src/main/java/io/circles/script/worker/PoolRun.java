package io.circles.script.worker;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.queue.Queued;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A job on its way through the pool.
///
/// All of it but `end` is guarded by the scheduler's lock, which is not held any more when `end` is
/// told.
final class PoolRun implements Queued {
    /// How far it has come.
    sealed interface Step {}

    /// It waits for a thread.
    ///
    /// @param deadline by the system's nano time; it fails then
    record Waiting(long deadline) implements Step {}

    /// It has a thread, and is to be sent.
    record Assigned(Worker worker, long id) implements Step {}

    /// It has been sent, or is just being sent.
    record Sent(Worker worker, long id) implements Step {}

    /// It has its result.
    record Done(ScriptOutcome outcome) implements Step {}

    /// It has failed.
    record Failed(CircleException failure) implements Step {}

    private final ScriptJob job;
    private final CompletableFuture<ScriptOutcome> end = new CompletableFuture<>();
    private Step step;

    private PoolRun.@Nullable Step answer;
    private long assignedAt;
    private long overdueAt;
    private boolean abandoned;
    private boolean moving;
    private boolean sentHttp;
    private boolean returned;

    /// @param step what it begins with
    PoolRun(ScriptJob job, Step step) {
        this.job = job;
        this.step = step;
    }

    ScriptJob job() {
        return job;
    }

    @Override
    public PublicKey circle() {
        return job.environment().circle();
    }

    @Override
    public Caller caller() {
        return job.caller();
    }

    /// How it ends.
    CompletableFuture<ScriptOutcome> end() {
        return end;
    }

    Step step() {
        return step;
    }

    void step(Step next) {
        step = next;
    }

    /// Tells whoever waits how it has ended: its step does not change any more.
    void tell() {
        switch (step) {
            case Done done -> end.complete(done.outcome());
            case Failed failed -> end.completeExceptionally(failed.failure());
            case Waiting _, Assigned _, Sent _ -> throw new IllegalStateException("not over");
        }
    }

    /// It has lost its worker, or was moved away, and waits for another for so long at most.
    void waitAgain(Duration atMost) {
        moving = false;
        answer = null;
        step(new Waiting(System.nanoTime() + atMost.toNanos()));
    }

    /// Whether it has waited for a thread longer than it may.
    ///
    /// @param now the system's nano time
    boolean hasWaited(long now) {
        return step instanceof Waiting(long deadline) && now - deadline > 0;
    }

    boolean isOver() {
        return step instanceof Done || step instanceof Failed;
    }

    /// Whether its worker has had it for so long that the worker must be ended.
    ///
    /// @param now the system's nano time
    boolean isLate(long now) {
        return !(step instanceof Assigned) && now - overdueAt > 0;
    }

    /// What its worker has answered; null before that.
    @Nullable Step answer() {
        return answer;
    }

    void answer(Step newAnswer) {
        answer = newAnswer;
    }

    /// When it got its thread last, by the system's nano time.
    long assignedAt() {
        return assignedAt;
    }

    void assignedAt(long at) {
        assignedAt = at;
    }

    /// Says when its worker is to be ended.
    ///
    /// @param at by the system's nano time
    void overdueAt(long at) {
        overdueAt = at;
    }

    /// Whether nobody waits for it any more.
    boolean isAbandoned() {
        return abandoned;
    }

    void abandon() {
        abandoned = true;
    }

    /// Whether it can begin again elsewhere.
    boolean mayMove() {
        return !isOver() && !abandoned && !sentHttp && !moving;
    }

    /// Its worker is told to end it, so that it can begin again elsewhere.
    void move() {
        moving = true;
    }

    /// Whether it begins again elsewhere as soon as its worker has ended it.
    boolean isMoving() {
        return moving && !isOver() && !abandoned;
    }

    /// Whether something has left for another machine, so that it cannot be run again.
    boolean hasSentHttp() {
        return sentHttp;
    }

    void sentHttp() {
        sentHttp = true;
    }

    /// Whether it has lost a worker to another run before.
    boolean wasReturned() {
        return returned;
    }

    void returned() {
        returned = true;
    }
}
