package io.circles.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.script.contract.Plays;
import io.circles.script.state.Commit;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.script.state.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a [ScriptRunner] commits, what it runs again, and what it does not believe.
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CommitTest {
    private static final Effect EVENT = new Effect.Publish("news", "{\"a\":1}");
    private static final Effect.Signing CANCEL =
            new Effect.CancelSign("00000000-0000-4000-8000-00000000000a");
    private static final Effect.Signing SIGN =
            new Effect.Sign(
                    new SignatureRequest(
                            "00000000-0000-4000-8000-00000000000a",
                            List.of(Plays.ALICE, Plays.CIRCLE),
                            2,
                            "AP8=",
                            "text/plain",
                            "zwei\nZeilen ü",
                            SignDigest.TAGGED,
                            Duration.ofMillis(1_001)));
    private static final Transaction.Write WRITE = new Transaction.Write("k", "1");
    private static final Transaction.Write GUARDED = new Transaction.Write("circle/k", "1");

    /// A version that no key has.
    private static final Transaction.Read STALE = new Transaction.Read("k", 99);

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private final List<LoggedEffect> committed = new CopyOnWriteArrayList<>();
    private final AtomicInteger runs = new AtomicInteger();
    private StateStore store;

    /// What a run of a number comes to.
    private interface Script {
        ScriptOutcome run(int number);
    }

    /// Of a circle in which something was written before.
    @BeforeEach
    void start(@TempDir Path folder) throws InterruptedException {
        store =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 20,
                        writers,
                        InstantSource.system(),
                        committed::addAll);
        store.commit(
                new Commit(
                        "before",
                        new Transaction(
                                0,
                                List.of(),
                                List.of(),
                                List.of(new Transaction.Write("before", "1"))),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @AfterEach
    void stop() {
        store.close();
        writers.shutdownNow();
    }

    private ScriptRunner runner(Script script) {
        ScriptExecutor executor =
                new ScriptExecutor() {
                    @Override
                    public ScriptOutcome execute(ScriptJob job) {
                        return script.run(runs.incrementAndGet());
                    }

                    @Override
                    public String description() {
                        return "a test's";
                    }

                    @Override
                    public void close() {}
                };
        return new ScriptRunner(executor, store, new Random(1));
    }

    private static ScriptOutcome outcome(
            List<Transaction.Read> reads,
            List<Transaction.Write> writes,
            List<Effect> effects,
            boolean sentHttp) {
        ScriptResult result =
                new ScriptResult(
                        "done", Json.text("done"), List.of(), new CircleApi.Usage(1, 1, 1));
        return new ScriptOutcome(
                result, new Transaction(0, reads, List.of(), writes), effects, sentHttp);
    }

    private static ScriptOutcome changes(Transaction.Write write, Effect... effects) {
        return outcome(List.of(), List.of(write), List.of(effects), false);
    }

    private static ScriptOutcome late(boolean sentHttp) {
        return outcome(List.of(STALE), List.of(WRITE), List.of(EVENT), sentHttp);
    }

    private static ScriptJob job(ScriptTask task, boolean module, Capability... rights) {
        ScriptEnvironment environment = ScriptEnvironment.of(Plays.CIRCLE, "test");
        return new ScriptJob(
                UUID.randomUUID().toString(),
                module
                        ? environment.withModule(CircleModule.of("m.js", Map.of("m.js", "")))
                        : environment,
                Caller.of(Plays.ALICE),
                Set.of(rights),
                task,
                null,
                ScriptLimits.DEFAULTS);
    }

    private static ScriptJob play(Capability... rights) {
        return job(new ScriptTask.Play(""), false, rights);
    }

    private static CircleException failure(ScriptRunner runner, ScriptJob job) {
        return catchThrowableOfType(CircleException.class, () -> runner.run(job, null));
    }

    @Test
    void whatARunAsksForIsCommittedBeforeItsResultIsReturned() throws InterruptedException {
        ScriptJob job = play(Capability.WRITE);
        runner(_ -> changes(WRITE, EVENT, EVENT)).run(job, null);
        assertThat(committed).extracting(LoggedEffect::number).containsExactly(1L, 2L);
        assertThat(committed.getFirst().runId()).isEqualTo(job.id());
        assertThat(EffectText.published(committed.getFirst())).contains((Effect.Publish) EVENT);
    }

    private static ScriptOutcome onlyRead(long snapshot, boolean sentHttp) {
        return new ScriptOutcome(
                outcome(List.of(), List.of(), List.of(), sentHttp).result(),
                new Transaction(snapshot, List.of(STALE), List.of(), List.of()),
                List.of(),
                sentHttp);
    }

    @Test
    void whatWasReadOfAnOlderStateThanThisOneIsNotTold() throws InterruptedException {
        runner(_ -> changes(WRITE)).run(play(Capability.WRITE), null);
        long now = store.seenVersion();

        assertThat(failure(runner(_ -> onlyRead(now - 1, false)), play()).code())
                .isEqualTo(ErrorCode.NO_WORKER);
        assertThat(failure(runner(_ -> onlyRead(now - 1, true)), play()).code())
                .as("what may not simply be tried again")
                .isEqualTo(ErrorCode.WORKER_LOST);
        assertThat(runner(_ -> onlyRead(now, false)).run(play(), null).output()).isEqualTo("done");
    }

    @Test
    void theServerSaysWhoAskedForASignature() throws InterruptedException {
        runner(_ -> outcome(List.of(), List.of(), List.of(EVENT, SIGN, CANCEL), false))
                .run(play(Capability.WRITE, Capability.SIGN), null);

        assertThat(committed).hasSize(3);
        assertThat(EffectText.asked(committed.getFirst())).isEmpty();
        assertThat(EffectText.published(committed.get(1))).isEmpty();
        assertThat(store.unhandled(0, 9))
                .isEqualTo(committed.subList(1, 3))
                .extracting(logged -> EffectText.asked(logged).orElseThrow())
                .containsExactly(
                        new EffectText.Asked(Plays.ALICE, SIGN),
                        new EffectText.Asked(Plays.ALICE, CANCEL));
    }

    @Test
    void whoeverHasNoKeyAsksInTheNameOfTheCircle() throws InterruptedException {
        for (Caller caller : List.of(Caller.anonymous(), Caller.webhook())) {
            ScriptJob job = job(new ScriptTask.Call("f"), true);
            runner(_ -> outcome(List.of(), List.of(), List.of(SIGN), false))
                    .run(
                            new ScriptJob(
                                    job.id(),
                                    job.environment(),
                                    caller,
                                    Set.of(),
                                    job.task(),
                                    null,
                                    job.limits()),
                            null);
            assertThat(EffectText.asked(committed.getLast()).orElseThrow().requester())
                    .isEqualTo(Plays.CIRCLE);
        }
        assertThat(committed).hasSize(2);
    }

    @Test
    void anEffectThatCannotBeReadIsTold() {
        for (String body : List.of("{", "{}", "{\"requester\":\"%s\"}".formatted(Plays.ALICE))) {
            LoggedEffect broken = new LoggedEffect(7, "run", "sign", body, Instant.EPOCH);
            assertThatThrownBy(() -> EffectText.asked(broken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("effect 7");
        }
    }

    @Test
    void aRunThatOnlyReadsNeedsNoCommit() throws InterruptedException {
        var result = runner(_ -> onlyRead(store.seenVersion(), false)).run(play(), null);
        assertThat(result.output()).isEqualTo("done");
        assertThat(runs).hasValue(1);
    }

    @Test
    void aRunThatWasTooLateIsRunAgainUntilItStands() throws InterruptedException {
        runner(number -> number < 5 ? late(false) : changes(WRITE, EVENT))
                .run(play(Capability.WRITE), null);
        assertThat(runs).hasValue(5);
        assertThat(committed).hasSize(1);
    }

    @Test
    void aRunThatWasRunAgainHasAskedForOneSignature() throws InterruptedException {
        runner(
                        number ->
                                outcome(
                                        number < 3 ? List.of(STALE) : List.of(),
                                        List.of(WRITE),
                                        List.of(SIGN),
                                        false))
                .run(play(Capability.WRITE, Capability.SIGN), null);
        assertThat(runs).hasValue(3);
        assertThat(store.unhandled(0, 9)).hasSize(1);
    }

    @Test
    void afterFiveRunsItIsAConflictThatNamesNoData() {
        CircleException conflict = failure(runner(_ -> late(false)), play(Capability.WRITE));
        assertThat(conflict.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(conflict.getMessage()).doesNotContain("k\"", "\"k", " k ");
        assertThat(Plays.data(conflict).path("retryable").asBoolean()).isTrue();
        assertThat(runs).hasValue(ScriptRunner.MOST_RUNS);
        assertThat(committed).isEmpty();
    }

    @Test
    void aRunThatHasSentHttpIsNotRunAgain() {
        CircleException conflict = failure(runner(_ -> late(true)), play(Capability.WRITE));
        assertThat(conflict.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(runs).hasValue(1);
        assertThat(committed).isEmpty();
    }

    @Test
    void aJobThatRunsTwiceIsCommittedOnce() throws InterruptedException {
        ScriptJob job = play(Capability.WRITE);
        ScriptRunner runner = runner(_ -> changes(WRITE, EVENT));
        runner.run(job, null);
        assertThat(runner.run(job, null).output()).isEqualTo("done");
        assertThat(runs).hasValue(2);
        assertThat(committed).hasSize(1);
    }

    private void assertRefused(ScriptOutcome claimed, ScriptJob job) throws InterruptedException {
        CircleException refusal = failure(runner(_ -> claimed), job);
        assertThat(refusal.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(Plays.data(refusal).path("correlation_id").asText()).isEqualTo(job.id());
        assertThat(committed).isEmpty();
        assertThat(store.lastEffect()).isZero();
    }

    private void assertTaken(ScriptOutcome claimed, ScriptJob job) throws InterruptedException {
        assertThat(runner(_ -> claimed).run(job, null).output()).isEqualTo("done");
        assertThat(committed).hasSize(claimed.effects().size());
    }

    @Test
    void aPlayThatMayNotWriteCannotClaimToHaveWritten() throws InterruptedException {
        assertRefused(changes(WRITE, EVENT), play(Capability.READ, Capability.CALL));
    }

    @Test
    void aPlayThatMayNotWriteCannotClaimToHavePublished() throws InterruptedException {
        assertRefused(outcome(List.of(), List.of(), List.of(EVENT), false), play(Capability.READ));
    }

    @Test
    void aPlayThatMayNotAskForSignaturesCannotClaimToHaveAsked() throws InterruptedException {
        Capability[] others =
                EnumSet.complementOf(EnumSet.of(Capability.SIGN)).toArray(Capability[]::new);
        for (Effect effect : List.of(SIGN, CANCEL)) {
            assertRefused(
                    outcome(List.of(), List.of(), List.of(EVENT, effect), false), play(others));
        }
        assertRefused(changes(WRITE, SIGN), play(Capability.SIGN));
        assertTaken(outcome(List.of(), List.of(), List.of(SIGN), false), play(Capability.SIGN));
    }

    @Test
    void whatFunctionsGuardIsNotForAPlayThatCouldCallNone() throws InterruptedException {
        assertRefused(changes(GUARDED, EVENT), play(Capability.WRITE, Capability.CALL));
        assertRefused(
                changes(GUARDED, EVENT),
                job(new ScriptTask.Play(""), true, Capability.WRITE, Capability.PLAY));
    }

    @Test
    void aPlayThatCouldCallAFunctionMayHaveWrittenAnything() throws InterruptedException {
        assertTaken(changes(GUARDED, EVENT), job(new ScriptTask.Play(""), true, Capability.CALL));
    }

    @Test
    void anOperatorsPlayMayHaveWrittenWhatFunctionsGuard() throws InterruptedException {
        assertTaken(changes(GUARDED, EVENT), play(Capability.WRITE, Capability.ADMIN));
    }

    @Test
    void aFunctionHasTheRightsOfTheCircle() throws InterruptedException {
        assertTaken(changes(GUARDED, EVENT), job(new ScriptTask.Call("f"), true));
    }

    @Test
    void anInspectionMayDoNothing() throws InterruptedException {
        assertRefused(changes(WRITE), job(new ScriptTask.Inspect(), true, Capability.values()));
    }

    @Test
    void aKeyThatIsNoneIsNotBelieved() throws InterruptedException {
        assertRefused(changes(new Transaction.Write("", "1"), EVENT), play(Capability.WRITE));
    }

    @Test
    void anEventThatIsNoJsonIsNotBelieved() throws InterruptedException {
        for (Effect bad :
                List.of(
                        new Effect.Publish("t", "{}, {"),
                        new Effect.Publish("t", ""),
                        new Effect.Publish("", "1"),
                        new Effect.Publish("t".repeat(257), "1"))) {
            assertRefused(changes(WRITE, bad), play(Capability.WRITE));
        }
    }

    private static ScriptJob handler() {
        return job(new ScriptTask.Handle("onSigned", ScriptTask.Via.SIGNED), true);
    }

    @Test
    void anOccasionIsRunOnce() throws InterruptedException {
        ScriptRunner runner = runner(_ -> changes(WRITE, EVENT));

        assertThat(runner.runOnce(handler(), "signed/1").orElseThrow().output()).isEqualTo("done");
        assertThat(runner.runOnce(handler(), "signed/1")).isEmpty();
        assertThat(runs).hasValue(1);
        assertThat(runner.runOnce(handler(), "signed/2")).isPresent();
        assertThat(committed).hasSize(2);
    }

    @Test
    void anOccasionIsDoneEvenIfItsRunChangedNothing() throws InterruptedException {
        ScriptRunner runner = runner(_ -> outcome(List.of(), List.of(), List.of(), false));

        assertThat(runner.runOnce(handler(), "signed/1")).isPresent();
        assertThat(runner.runOnce(handler(), "signed/1")).isEmpty();
        assertThat(runs).hasValue(1);
    }

    @Test
    void anOccasionWhoseRunFailsIsNotDone() throws InterruptedException {
        ScriptRunner runner =
                runner(
                        number -> {
                            if (number == 1) {
                                throw new CircleException(ErrorCode.SCRIPT_ERROR);
                            }
                            return changes(WRITE, EVENT);
                        });

        CircleException failure =
                catchThrowableOfType(
                        CircleException.class, () -> runner.runOnce(handler(), "signed/1"));
        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        assertThat(runner.runOnce(handler(), "signed/1")).isPresent();
    }

    @Test
    void anOccasionThatMeetsAConflictIsRunAgainAndThenDone() throws InterruptedException {
        ScriptRunner runner = runner(number -> number < 3 ? late(false) : changes(WRITE, EVENT));

        assertThat(runner.runOnce(handler(), "signed/1")).isPresent();
        assertThat(runner.runOnce(handler(), "signed/1")).isEmpty();
        assertThat(runs).hasValue(3);
        assertThat(committed).hasSize(1);
    }

    @Test
    void ofTwoRunsOfAnOccasionAtATimeOneIsCommitted() throws InterruptedException {
        ScriptRunner other = runner(_ -> changes(WRITE, EVENT));
        ScriptRunner runner =
                runner(
                        number -> {
                            if (number == 1) {
                                try {
                                    assertThat(other.runOnce(handler(), "signed/1")).isPresent();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            }
                            return changes(WRITE, EVENT);
                        });

        assertThat(runner.runOnce(handler(), "signed/1")).isEmpty();
        assertThat(runs).hasValue(2);
        assertThat(committed).hasSize(1);
    }

    @Test
    void whatARunOfAnOccasionClaimsIsNotBelievedEither() throws InterruptedException {
        ScriptJob inspection = job(new ScriptTask.Inspect(), true, Capability.values());
        ScriptRunner runner = runner(_ -> changes(WRITE, EVENT));

        CircleException refusal =
                catchThrowableOfType(
                        CircleException.class, () -> runner.runOnce(inspection, "signed/1"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(store.hasOccasion("signed/1")).isFalse();
    }

    @Test
    void anOccasionHasANameOfUpToTwoHundredCharacters() throws InterruptedException {
        ScriptRunner runner = runner(_ -> changes(WRITE, EVENT));
        for (String name : List.of("", "x".repeat(201))) {
            assertThatThrownBy(() -> runner.runOnce(handler(), name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(runs).hasValue(0);
        assertThat(runner.runOnce(handler(), "x".repeat(200))).isPresent();
    }
}
