package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.Effect;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptTask;
import io.circles.script.state.Transaction.Write;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What scripts find besides the language: state, events, the caller, secrets, codecs, timers. The
/// state is a database that is not there yet, so it is empty.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface HostApiContract extends Plays {
    Set<Capability> ALL = EnumSet.allOf(Capability.class);

    static ScriptEnvironment circle(String module) {
        ScriptEnvironment plain =
                FunctionContract.circle(module).withState("jdbc:sqlite:file:///nowhere/state.db");
        return new ScriptEnvironment(
                plain.circle(),
                plain.name(),
                plain.module(),
                plain.handlers(),
                plain.state(),
                plain.httpAllow(),
                Map.of("mail", "s3cret-token", "pem", "line\n\"quoted\""));
    }

    static ScriptJob job(String module, ScriptTask task, Set<Capability> rights) {
        return job(module, task, rights, WIDE);
    }

    static ScriptJob job(
            String module, ScriptTask task, Set<Capability> rights, ScriptLimits limits) {
        return new ScriptJob("test", circle(module), Caller.of(ALICE), rights, task, null, limits);
    }

    default ScriptOutcome run(ScriptJob job) {
        try {
            return executor().execute(job);
        } catch (InterruptedException e) {
            throw new IllegalStateException("the test ran out of time", e);
        }
    }

    default ScriptOutcome run(String script) {
        return run(job("", new ScriptTask.Play(script), ALL));
    }

    default String outputOf(String script, Set<Capability> rights) {
        return run(job("", new ScriptTask.Play(script), rights)).result().output();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    state.get('a') === undefined --> true
                    state.set('a', {b: [1]}); state.get('a') --> {"b":[1]}
                    state.set('a', 1); [state.delete('a'), state.delete('a')] --> [true,false]
                    [state.increment('n'), state.increment('n', 2), state.increment('n', -5)] --> [1,3,-2]
                    for (const k of ['b', 'a/2', 'a/1']) state.set(k, k); state.list({prefix: 'a/'}).entries --> [{"key":"a/1","value":"a/1"},{"key":"a/2","value":"a/2"}]
                    for (let i = 0; i < 5; i++) state.set('k' + i, i); const p = state.list({limit: 2}); [p.cursor, state.list({after: p.cursor, limit: 9}).entries.length] --> ["k1",3]
                    state.set('d', new Date(0)); state.set('m', new Map([[1, 2]])); [state.get('d'), state.get('m')] --> ["1970-01-01T00:00:00.000Z",[[1,2]]]
                    state.set('t', 'text'); state.get('t') --> text
                    state.list().cursor === undefined --> true
                    """)
    default void stateKeepsJson(String script, String output) {
        assertThat(run(script).result().output()).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    state.set('a', undefined) --> TypeError
                    state.set('a', () => 1) --> TypeError
                    state.set('a', (() => { const c = {}; c.c = c; return c })()) --> TypeError
                    state.set('', 1) --> TypeError
                    state.get('x'.repeat(513)) --> TypeError
                    state.get(5) --> TypeError
                    state.list({limit: 0}) --> TypeError
                    state.list({limit: 1001}) --> TypeError
                    state.set('t', 'x'); state.increment('t') --> TypeError
                    state.increment('n', NaN) --> TypeError
                    events.publish('', 1) --> TypeError
                    events.publish('x'.repeat(257), 1) --> TypeError
                    secrets.get('mail') --> AuthorizationError
                    base64.decode('%') --> TypeError
                    hex.decode('abc') --> TypeError
                    utf8.decode(new Uint8Array([255])) --> TypeError
                    crypto.random(65537) --> TypeError
                    crypto.verify('00', '00', 'x') --> TypeError
                    setTimeout('x') --> TypeError
                    for (let i = 0; i < 2000; i++) setTimeout(() => 1, 1e6) --> RangeError
                    """)
    default void whatAFunctionDoesNotTakeCanBeCaught(String script, String name) {
        assertThat(run("try { %s } catch (e) { e.name }".formatted(script)).result().output())
                .isEqualTo(name);
        assertThat(
                        run("try { %s } catch (e) { e instanceof Error }".formatted(script))
                                .result()
                                .output())
                .isEqualTo("true");
    }

    @Test
    default void whatIsWrittenIsInTheOutcomeAndNowhereElse() {
        ScriptOutcome outcome =
                run(
                        "state.set('a', 1); state.set('a', 2); state.set('b', 1); state.delete('b'); 0");
        assertThat(outcome.transaction().writes()).contains(new Write("a", "2"));
        assertThat(run("state.get('a')").result().output()).isEmpty();
    }

    @Test
    default void aCircleWithoutStateSaysSo() {
        String script = "try { state.get('a') } catch (e) { e.message }";
        ScriptJob job =
                FunctionContract.job(
                        ScriptEnvironment.of(CIRCLE, "plain"), new ScriptTask.Play(script), null);
        ScriptJob allowed =
                new ScriptJob(
                        job.id(), job.environment(), job.caller(), ALL, job.task(), null, WIDE);
        assertThat(run(allowed).result().output()).contains("keeps no state");
    }

    @Test
    default void eventsAreEffectsInTheirOrder() {
        ScriptOutcome outcome = run("events.publish('a.b', {n: 1}); events.publish('c'); 0");
        assertThat(outcome.effects())
                .containsExactly(
                        new Effect.Publish("a.b", "{\"n\":1}"), new Effect.Publish("c", "null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    state.get('a') --> read
                    state.list() --> read
                    state.set('a', 1) --> write
                    state.delete('a') --> write
                    events.publish('a') --> write
                    state.increment('a') --> read
                    """)
    default void aRefusalCanBeCaughtAndNamesTheCapability(String use, String needs) {
        assertThat(
                        outputOf(
                                "try { %s } catch (e) { [e.name, e.needs, e.message] }"
                                        .formatted(use),
                                Set.of(Capability.PLAY)))
                .isEqualTo(
                        "[\"AuthorizationError\",\"%s\",\"Insufficient authorization: needs the capability %s\"]"
                                .formatted(needs, needs));
    }

    @Test
    default void keysOfTheCircleAreForItsFunctionsAndAdministrators() {
        String tries =
                "['get', 'delete'].map(f => { try { state[f]('circle/x'); return 1 } catch { return 0 } })"
                        + ".concat((() => { try { state.set('circle/x', 1); return 1 } catch { return 0 } })(),"
                        + " (() => { try { state.list({prefix: 'circle/'}); return 1 } catch { return 0 } })())";
        Set<Capability> member = EnumSet.complementOf(EnumSet.of(Capability.ADMIN));
        assertThat(outputOf(tries, member)).isEqualTo("[0,0,0,0]");
        assertThat(outputOf(tries, ALL)).isEqualTo("[1,1,1,1]");
        String module =
                "export function put() { state.set('circle/a', 1); state.set('zebra', 1); state.set('ant', 1);"
                        + " return state.list().entries.length }";
        String play =
                "circle.call('put');"
                        + " [1, 2, 3].map(limit => state.list({limit}).entries.map(e => e.key).join())";
        assertThat(run(job(module, new ScriptTask.Play(play), member)).result().output())
                .isEqualTo("[\"ant\",\"ant,zebra\",\"ant,zebra\"]");
    }

    @Test
    default void whatAFunctionWroteBeforeItThrewIsTakenBack() {
        String module =
                """
                export function half() { state.set('x', 2); events.publish('half'); throw new Error('no') }
                export function outer() { state.set('o', 1); try { circle.call('half') } catch {} return state.get('x') }
                """;
        ScriptOutcome outcome =
                run(
                        job(
                                module,
                                new ScriptTask.Play(
                                        "state.set('x', 1); try { circle.call('half') } catch {}"
                                                + " [state.get('x'), circle.call('outer')]"),
                                ALL));
        assertThat(outcome.result().output()).isEqualTo("[1,1]");
        assertThat(outcome.effects()).isEmpty();
        assertThat(outcome.transaction().writes())
                .containsExactlyInAnyOrder(new Write("x", "1"), new Write("o", "1"));
    }

    @Test
    default void secretsAreForFunctionsAndNeverInLogs() {
        String module =
                "export function len() { console.log('it is', secrets.get('mail'), {pem: secrets.get('pem')}); return [secrets.get('mail').length, secrets.get('none') === undefined] }";
        ScriptOutcome outcome = run(job(module, new ScriptTask.Play("circle.call('len')"), ALL));
        assertThat(outcome.result().output()).isEqualTo("[12,true]");
        assertThat(outcome.result().logs().getFirst().message())
                .isEqualTo("it is [secret] {\"pem\":\"[secret]\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    hex.encode(crypto.sha256('abc')) --> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
                    hex.encode(crypto.sha256(utf8.encode('abc'))) --> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
                    hex.encode(crypto.sha256(new Uint8Array([0, 97, 98, 99]).subarray(1))) --> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
                    hex.encode(crypto.keccak256('')) --> c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470
                    hex.encode(crypto.hmac('key', 'The quick brown fox jumps over the lazy dog')) --> f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8
                    [base64.encode('héllo'), utf8.decode(base64.decode('aMOpbGxv'))] --> ["aMOpbGxv","héllo"]
                    [...hex.decode('00FF7f')] --> [0,255,127]
                    [hex.encode('é'), hex.encode(new Uint8Array([1, 2]).buffer)] --> ["c3a9","0102"]
                    [crypto.random(16).length, crypto.random(0).length, crypto.uuid().length] --> [16,0,36]
                    (crypto.uuid() !== crypto.uuid()) --> true
                    """)
    default void bytesAreHashedAndEncoded(String script, String output) {
        assertThat(outputOf(script, Set.of())).isEqualTo(output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    new Promise(r => setTimeout(r, 5, 'late')) --> late
                    const seen = []; new Promise(r => { setTimeout(() => r(seen), 30); setTimeout(() => seen.push('b'), 20); setTimeout(() => seen.push('a'), 1) }) --> ["a","b"]
                    const t = setTimeout(() => { throw new Error('never') }, 1); clearTimeout(t); new Promise(r => setTimeout(r, 20, 'ok')) --> ok
                    setTimeout(() => { throw new Error('dropped') }, 1); 'at once' --> at once
                    (async () => { const start = Date.now(); await new Promise(r => setTimeout(r, 50)); return Date.now() - start >= 45 })() --> true
                    """)
    default void timersRunWhileTheRunWaits(String script, String output) {
        assertThat(outputOf(script, Set.of())).isEqualTo(output);
    }

    @Test
    default void whatATimerThrowsFailsTheRun() {
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class,
                        () ->
                                run(
                                        "new Promise(() => setTimeout(() => { throw new RangeError('late') }, 1))"));
        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        assertThat(failure).hasMessageContaining("late");
    }

    @Test
    default void aTimerPastTheTimeLimitEndsTheRun() {
        ScriptJob job =
                job(
                        "",
                        new ScriptTask.Play("new Promise(r => setTimeout(r, 60_000))"),
                        ALL,
                        Plays.wall(100));
        assertThat(failure(job).code()).isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    for (let i = 0; ; i++) state.set('k' + i, i) --> STATE
                    for (;;) try { state.set('k', 'x'.repeat(1000)) } catch {} --> STATE
                    for (;;) events.publish('a') --> EFFECTS
                    events.publish('a', 'x'.repeat(2e6)) --> EFFECTS
                    for (;;) try { events.publish('a') } catch {} --> EFFECTS
                    """)
    default void pastALimitTheRunEndsWhateverItCatches(String script, ErrorCode code) {
        CircleException failure = failure(job("", new ScriptTask.Play(script), ALL));
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(Plays.data(failure).path("used").asLong())
                .isGreaterThan(Plays.data(failure).path("limit").asLong());
    }

    @Test
    default void statementsAreCountedWhereTheyAreLimited() {
        ScriptLimits limits = WIDE.toBuilder().statements(10_000).build();
        ScriptJob job = job("", new ScriptTask.Play("for (let i = 0; ; i++) { i; }"), ALL, limits);
        CircleException failure = failure(job);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.STATEMENTS);
        String module =
                "export function f() { let s = 0; for (let i = 0; i < 100; i++) { s += i; } return s }";
        for (int i = 0; i < 200; i++) {
            assertThat(run(job(module, new ScriptTask.Call("f"), ALL, limits)).result().output())
                    .isEqualTo("4950");
        }
    }
}
