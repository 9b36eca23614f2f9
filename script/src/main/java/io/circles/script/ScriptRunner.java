package io.circles.script;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Turns.Turn;
import io.circles.script.state.Commit;
import io.circles.script.state.CommitResult;
import io.circles.script.state.CommitResult.Committed;
import io.circles.script.state.CommitResult.Conflict;
import io.circles.script.state.CommitResult.Known;
import io.circles.script.state.StateStore;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the jobs of one circle on an executor and commits what they come to: a result is returned
/// when what it says is durable. A run that wrote nothing, asked for nothing and has no idempotency
/// key needs no commit.
///
/// **Conflicts.** When something that a run has read was changed before its commit, the job runs
/// again, at most [#MOST_RUNS] times in all, and only if no HTTP request has left.
///
/// **Idempotency.** A key belongs to a circle and a caller. Sent again with the same task and
/// arguments within 24 hours, it gets the result of the first time from the circle's state, also
/// after a restart, or waits for it while the first still runs; with others it is refused. Failures
/// are not kept: the next to come, or the next that waits, runs the job itself.
///
/// Thread-safe: `running` decides who runs a job with a key here, the store decides for good. No
/// lock is held while a script runs, but that re-runs take turns. There is nothing to close; the
/// executor and the store belong to whoever made them.
public final class ScriptRunner {
    /// How often a job is run at most before its conflicts are an error.
    public static final int MOST_RUNS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(ScriptRunner.class);

    private final ScriptExecutor executor;
    private final StateStore store;
    private final Turns turns;
    private final ConcurrentMap<RunId, FirstRun> running = new ConcurrentHashMap<>();

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
    /// @throws CircleException as the executor does; [ErrorCode#CONFLICT] when others were faster
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
                ? runUntilItStands(job, id, Optional.empty())
                : runOnce(job, id, JobDigest.of(job));
    }

    private ScriptResult runOnce(ScriptJob job, RunId id, JobDigest digest)
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
                            : runUntilItStands(job, id, Optional.of(mine.digest())));
        } finally {
            running.remove(id, mine);
            mine.ended();
        }
    }

    private ScriptResult runUntilItStands(ScriptJob job, RunId id, Optional<JobDigest> digest)
            throws InterruptedException {
        Attempt attempt = firstAttempt(job, id, digest);
        for (int runs = 1; true; runs++) {
            switch (attempt) {
                case Attempt.Stands(ScriptResult result) -> {
                    return result;
                }
                case Attempt.Late late -> {
                    refuseToRunAgain(late, runs);
                    try (Turn _ = turns.next(runs, late.key())) {
                        attempt = commit(job, id, digest, executor.execute(job));
                    }
                }
            }
        }
    }

    /// What became of one run.
    private sealed interface Attempt {

        /// It needed no commit, or is durable.
        record Stands(ScriptResult result) implements Attempt {}

        /// Others were faster.
        ///
        /// @param key that they changed
        record Late(String key, boolean sentHttp) implements Attempt {}
    }

    /// Whoever runs again goes before this one, which would only be in the way.
    private Attempt firstAttempt(ScriptJob job, RunId id, Optional<JobDigest> digest)
            throws InterruptedException {
        ScriptOutcome outcome = executor.execute(job);
        Optional<String> contested = turns.contested(outcome.transaction());
        return contested.isPresent() && !outcome.sentHttp() && !changesNothing(outcome)
                ? new Attempt.Late(contested.get(), false)
                : commit(job, id, digest, outcome);
    }

    private Attempt commit(
            ScriptJob job, RunId id, Optional<JobDigest> digest, ScriptOutcome outcome)
            throws InterruptedException {
        refuseClaims(job, Claims.beyondRights(job, outcome));
        if (changesNothing(outcome) && digest.isEmpty()) {
            return new Attempt.Stands(outcome.result());
        }
        return switch (stored(job, id, digest, outcome)) {
            case Committed _ -> new Attempt.Stands(outcome.result());
            case Known(Optional<Commit.RunRecord> before) ->
                    new Attempt.Stands(known(before, digest).orElse(outcome.result()));
            case Conflict(String key) -> new Attempt.Late(key, outcome.sentHttp());
        };
    }

    private static boolean changesNothing(ScriptOutcome outcome) {
        return outcome.transaction().writes().isEmpty() && outcome.effects().isEmpty();
    }

    private CommitResult stored(
            ScriptJob job, RunId id, Optional<JobDigest> digest, ScriptOutcome outcome)
            throws InterruptedException {
        try {
            return store.commit(
                    new Commit(
                            id.text(),
                            outcome.transaction(),
                            outcome.effects().stream().map(EffectText::written).toList(),
                            digest.map(d -> new KeptResult(d, outcome.result()).recorded())));
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

    private static Optional<ScriptResult> known(
            Optional<Commit.RunRecord> before, Optional<JobDigest> digest) {
        return before.flatMap(record -> digest.map(d -> KeptResult.of(record).resultFor(d)));
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
