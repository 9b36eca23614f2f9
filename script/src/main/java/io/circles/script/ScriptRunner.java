package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Turns.Passage;
import io.circles.script.Turns.Turn;
import io.circles.script.state.Commit;
import io.circles.script.state.CommitResult;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Conflict;
import io.circles.script.state.CommitResult.Known;
import io.circles.script.state.StateStore;
import io.circles.script.state.Transaction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the jobs of one circle on an executor and commits what they come to: a result is returned
/// when what it says is durable. A run that wrote nothing, asked for nothing and has no idempotency
/// key and no occasion needs no commit.
///
/// **Conflicts.** When something that a run has read was changed before its commit, the job runs
/// again, at most [#MOST_RUNS] times in all, and only if no HTTP request has left.
///
/// **Idempotency.** A key belongs to a circle and a caller. Sent again with the same task and
/// arguments within 24 hours, it gets the result of the first time from the circle's state, also
/// after a restart, or waits for it while the first still runs; with others it is refused. Failures
/// are not kept: the next to come, or the next that waits, runs the job itself.
///
/// **Occasions.** What the server runs because something happened (a signature was given, a webhook
/// came) is committed once for each occasion, whoever runs it and however often: what has to be
/// known for that is committed with the run. So a server that was killed before it wrote down that
/// an occasion is done can simply run it again.
///
/// Thread-safe: `running` decides who runs a job with a key here, the store decides for good. No
/// lock is held while a script runs, but that re-runs take turns. There is nothing to close; the
/// executor and the store belong to whoever made them.
public final class ScriptRunner {
    /// How often a job is run at most before its conflicts are an error.
    public static final int MOST_RUNS = 5;

    /// The longest name of an occasion, in characters.
    public static final int LONGEST_OCCASION = 200;

    private static final Duration SAID_AGAIN = Duration.ofMinutes(5);
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRunner.class);

    private final ScriptExecutor executor;
    private final StateStore store;
    private final Turns turns;
    private final ConcurrentMap<RunId, FirstRun> running = new ConcurrentHashMap<>();
    private final AtomicLong saidAt = new AtomicLong(System.nanoTime() - SAID_AGAIN.toNanos());

    /// A runner for one circle.
    ///
    /// @param store the circle's state
    /// @param random spreads re-runs
    public ScriptRunner(ScriptExecutor executor, StateStore store, RandomGenerator random) {
        this.executor = executor;
        this.store = store;
        this.turns = new Turns(random);
    }

    /// Runs a job, or gives the result that its idempotency key already has. Blocks as
    /// [ScriptExecutor#execute(ScriptJob)] does, while it is committed, and while another run with
    /// that key goes on. What was interrupted during its commit may be committed all the same.
    ///
    /// @param job of this runner's circle
    /// @param idempotencyKey 1 to 128 characters; null for a job that is simply run
    /// @throws CircleException as the executor does; [ErrorCode#NO_WORKER] also when what ran it
    ///     has an older state than this one; [ErrorCode#CONFLICT] when others were faster
    ///     each time; [ErrorCode#STATE] when the circle's state would be past its bound;
    ///     [ErrorCode#BUSY] when too many commits wait;
    ///     [ErrorCode#IDEMPOTENCY_MISMATCH] when the key came with another task or other arguments
    ///     before; [ErrorCode#INVALID_PARAMS] when it is not 1 to 128 characters, or the caller has
    ///     no key of its own; [ErrorCode#INTERNAL_ERROR], logged with the job's id as its
    ///     correlation id, when the outcome claims more than the job's rights cover
    public ScriptResult run(ScriptJob job, @Nullable String idempotencyKey)
            throws InterruptedException {
        RunId id = RunId.of(job, idempotencyKey);
        return idempotencyKey == null
                ? runUntilItStands(job, id, new Purpose.Simple()).orElseThrow()
                : runWithKey(job, id, JobDigest.of(job));
    }

    /// Runs a job for an occasion, if that was not done yet. Blocks as [#run] does, and fails as it
    /// does; then the occasion is not done.
    ///
    /// An occasion is remembered until [StateStore#MOST_OCCASIONS] later ones of the circle have
    /// been done, however long that takes. Two runs of one occasion at the same time are both
    /// carried out, and one is committed.
    ///
    /// @param job of this runner's circle
    /// @param occasion names what happened, in this circle and for ever: 1 to
    ///     [#LONGEST_OCCASION] characters, such as `signed/` and a request's id
    /// @return the result; empty when the occasion was done before, and nothing has changed now
    public Optional<ScriptResult> runOnce(ScriptJob job, String occasion)
            throws InterruptedException {
        if (occasion.isEmpty() || occasion.length() > LONGEST_OCCASION) {
            throw new IllegalArgumentException(
                    "an occasion has 1 to %d characters, not %d"
                            .formatted(LONGEST_OCCASION, occasion.length()));
        }
        return store.hasOccasion(occasion)
                ? Optional.empty()
                : runUntilItStands(job, RunId.of(job, null), new Purpose.Occasion(occasion));
    }

    private ScriptResult runWithKey(ScriptJob job, RunId id, JobDigest digest)
            throws InterruptedException {
        while (true) {
            FirstRun mine = new FirstRun(digest);
            FirstRun first = running.putIfAbsent(id, mine);
            if (first == null) {
                return runFirst(job, id, mine);
            }
            Optional<ScriptResult> result = first.await(digest);
            if (result.isPresent()) {
                return result.get();
            }
        }
    }

    private ScriptResult runFirst(ScriptJob job, RunId id, FirstRun mine)
            throws InterruptedException {
        try {
            Optional<Commit.RunRecord> kept = store.run(id.text());
            return mine.succeeded(
                    kept.isPresent()
                            ? KeptResult.of(kept.get()).resultFor(mine.digest())
                            : runUntilItStands(job, id, new Purpose.Keyed(mine.digest()))
                                    .orElseThrow());
        } finally {
            running.remove(id, mine);
            mine.ended();
        }
    }

    /// @return empty only when the occasion of a run was done before
    private Optional<ScriptResult> runUntilItStands(ScriptJob job, RunId id, Purpose purpose)
            throws InterruptedException {
        Attempt attempt = firstAttempt(job, id, purpose);
        for (int runs = 1; true; runs++) {
            switch (attempt) {
                case Attempt.Stands(ScriptResult result) -> {
                    return Optional.of(result);
                }
                case Attempt.DoneBefore _ -> {
                    return Optional.empty();
                }
                case Attempt.Late late -> {
                    refuseToRunAgain(late, runs);
                    try (Turn _ = turns.next(runs, late.lost())) {
                        ScriptOutcome outcome = executed(job);
                        attempt =
                                commit(
                                        job,
                                        id,
                                        purpose,
                                        outcome,
                                        turns.pass(outcome.transaction()));
                    }
                }
            }
        }
    }

    /// What became of one run.
    private sealed interface Attempt {

        /// It needed no commit, or is durable.
        record Stands(ScriptResult result) implements Attempt {}

        /// Its occasion was done before, and nothing was committed.
        record DoneBefore() implements Attempt {}

        /// Others were faster.
        ///
        /// @param lost what it had read, which they changed, and wanted to write
        record Late(Transaction lost, boolean sentHttp) implements Attempt {}
    }

    /// Whoever runs again goes before this one, which would only be in the way.
    private Attempt firstAttempt(ScriptJob job, RunId id, Purpose purpose)
            throws InterruptedException {
        ScriptOutcome outcome = executed(job);
        Transaction transaction = outcome.transaction();
        Optional<Passage> passage =
                outcome.sentHttp()
                        ? Optional.of(turns.pass(transaction))
                        : turns.passUnlessItSpoils(transaction);
        return passage.isPresent()
                ? commit(job, id, purpose, outcome, passage.get())
                : new Attempt.Late(transaction, false);
    }

    /// Runs a job. What would change something is checked when it is committed; what only tells
    /// what it has read is checked here: a worker elsewhere may have another state, or none.
    private ScriptOutcome executed(ScriptJob job) throws InterruptedException {
        long seen = store.seenVersion();
        ScriptOutcome outcome = executor.execute(job);
        Transaction transaction = outcome.transaction();
        boolean hasRead = !transaction.reads().isEmpty() || !transaction.ranges().isEmpty();
        if (changesNothing(outcome)
                && hasRead
                && transaction.snapshot() < seen
                && transaction.snapshot() < store.version()) {
            sayThatItWasElsewhere(job, transaction.snapshot(), seen);
            throw outcome.sentHttp()
                    ? new CircleException(
                            ErrorCode.WORKER_LOST,
                            "Worker lost: it does not have the circle's state, and the script has sent"
                                    + " a request to another machine")
                    : new CircleException(
                            ErrorCode.NO_WORKER,
                            "No worker: one that does not have the circle's state has run it");
        }
        return outcome;
    }

    private void sayThatItWasElsewhere(ScriptJob job, long read, long committed) {
        long now = System.nanoTime();
        long before = saidAt.get();
        if (now - before >= SAID_AGAIN.toNanos() && saidAt.compareAndSet(before, now)) {
            LOG.atWarn()
                    .addKeyValue("circle", job.environment().name())
                    .addKeyValue("read", read)
                    .addKeyValue("committed", committed)
                    .log("a worker reads another state than this server writes, or a copy of it");
        }
    }

    private Attempt commit(
            ScriptJob job, RunId id, Purpose purpose, ScriptOutcome outcome, Passage passage)
            throws InterruptedException {
        try (passage) {
            refuseClaims(job, Claims.beyondRights(job, outcome));
            if (changesNothing(outcome) && purpose instanceof Purpose.Simple) {
                return new Attempt.Stands(outcome.result());
            }
            return switch (stored(job, id, outcome, purpose)) {
                case Committed _ -> new Attempt.Stands(outcome.result());
                case Known(Optional<Commit.RunRecord> before) -> known(before, purpose, outcome);
                case Conflict _ -> new Attempt.Late(outcome.transaction(), outcome.sentHttp());
            };
        }
    }

    private static boolean changesNothing(ScriptOutcome outcome) {
        return outcome.transaction().writes().isEmpty() && outcome.effects().isEmpty();
    }

    private CommitResult stored(ScriptJob job, RunId id, ScriptOutcome outcome, Purpose purpose)
            throws InterruptedException {
        PublicKey requester = job.requester();
        try {
            return store.commit(
                    new Commit(
                            id.text(),
                            outcome.transaction(),
                            outcome.effects().stream()
                                    .map(effect -> EffectText.written(effect, requester))
                                    .toList(),
                            purpose.kept(outcome.result()),
                            purpose.occasion()));
        } catch (IllegalArgumentException e) {
            refuseClaims(job, Optional.of("a key or an effect that is none"));
            throw e;
        }
    }

    private static void refuseClaims(ScriptJob job, Optional<String> claim) {
        if (claim.isPresent()) {
            LOG.atError()
                    .addKeyValue("circle", job.environment().name())
                    .addKeyValue("correlation_id", job.id())
                    .addKeyValue("claims", claim.get())
                    .log("a worker claims more than its job may do; nothing was committed");
            throw new CircleException(ErrorCode.INTERNAL_ERROR).with("correlation_id", job.id());
        }
    }

    private static Attempt known(
            Optional<Commit.RunRecord> before, Purpose purpose, ScriptOutcome outcome) {
        return switch (purpose) {
            case Purpose.Simple _ -> new Attempt.Stands(outcome.result());
            case Purpose.Keyed(JobDigest digest) ->
                    new Attempt.Stands(
                            before.map(record -> KeptResult.of(record).resultFor(digest))
                                    .orElse(outcome.result()));
            case Purpose.Occasion _ -> new Attempt.DoneBefore();
        };
    }

    private static void refuseToRunAgain(Attempt.Late late, int runs) {
        if (late.sentHttp()) {
            throw conflict("it has sent HTTP requests, so it was not run again");
        }
        if (runs == MOST_RUNS) {
            throw conflict("each of " + MOST_RUNS + " runs was too late");
        }
    }

    private static CircleException conflict(String why) {
        return new CircleException(
                ErrorCode.CONFLICT,
                "Conflict: what the script read was changed before it was done, and " + why);
    }
}
