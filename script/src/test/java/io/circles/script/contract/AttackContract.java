package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptTask;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scripts that mean harm, and that the engine can stop. Each ends in the error that says why,
/// while a neighbour goes on being served; what only the end of a process stops is in
/// [UnstoppableAttackContract].
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AttackContract implements Plays {
    /// Uses every function of the host once: the first use loads classes, which nothing can stop.
    private static final String WARM_UP =
            """
            caller.can('x'); circle.call('fine'); state.set('a', 1); state.list(); events.publish('a');
            crypto.uuid(); crypto.random(1); crypto.sha256('x'); console.log({a: [1]});
            try { crypto.recover('11'.repeat(65), 'x') } catch {}
            http.fetch('https://refused.example/').catch(() => new Promise(r => setTimeout(r)))
            """;

    private static final String FINE = "export const fine = () => 'fine';\n";
    private static final long SHORT_MS = 100;

    private final SecureRandom random = new SecureRandom();
    private ScriptExecutor shared;
    private Neighbour neighbour;
    private long before;

    /// Another one in each test: a busy machine may make the executor end a process for an attack,
    /// and refuse a key for three of them.
    private PublicKey attacker = ALICE;

    /// A new executor that runs and keeps so many jobs; it is closed after the last test.
    protected abstract ScriptExecutor open(int threads, int waiting);

    @BeforeAll
    void openShared() {
        shared = open(2, 8);
        attack("", new ScriptTask.Play("1"), WIDE);
        play(job("", new ScriptTask.Play(WARM_UP), WIDE));
        neighbour = new Neighbour(shared);
    }

    @AfterAll
    void closeShared() {
        neighbour.close();
        shared.close();
    }

    @BeforeEach
    void lookAtTheNeighbour() {
        attacker = KeyPair.generate(random).publicKey();
        before = neighbour.answered();
    }

    @AfterEach
    void theNeighbourWasServed() {
        neighbour.wasServedSince(before);
    }

    @Override
    public ScriptExecutor executor() {
        return shared;
    }

    private ScriptJob job(String module, ScriptTask task, ScriptLimits limits) {
        ScriptEnvironment circle =
                FunctionContract.circle(FINE + module)
                        .withState("jdbc:sqlite:file:///nowhere/state.db");
        return new ScriptJob(
                "test",
                circle,
                Caller.of(attacker),
                EnumSet.allOf(Capability.class),
                task,
                null,
                limits);
    }

    private String attack(String module, ScriptTask task, ScriptLimits limits) {
        return play(job(module, task, limits)).output();
    }

    /// So much memory that a loop which makes garbage does not come to its limit before.
    private static ScriptLimits shortTime() {
        return Plays.wall(SHORT_MS).toBuilder().memoryBytes(1L << 34).build();
    }

    /// Ends in that limit's error with its numbers, and the same caller's next script runs.
    private void ends(String module, ScriptTask task, ScriptLimits limits, ErrorCode... codes) {
        CircleException failure = failure(job(module, task, limits));
        assertThat(failure.code()).as(failure.getMessage()).isIn((Object[]) codes);
        if (failure.code() != ErrorCode.SCRIPT_ERROR) {
            assertThat(Plays.data(failure).path("limit").asLong()).isPositive();
            assertThat(Plays.data(failure).path("used").asLong())
                    .isGreaterThanOrEqualTo(Plays.data(failure).path("limit").asLong());
        }
        assertThat(attack("", new ScriptTask.Play("circle.call('fine')"), WIDE)).isEqualTo("fine");
    }

    private void timesOut(String script) {
        ends("", new ScriptTask.Play(script), shortTime(), ErrorCode.SCRIPT_TIMEOUT);
    }

    // ---------------------------------------------------------------- time

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state.set('k', {toJSON() { for (;;); }})",
                "events.publish('t', new Proxy({}, {ownKeys() { for (;;); }}))",
                "events.publish('t', new Proxy({}, {getPrototypeOf() { for (;;); }}))",
                "circle.call('fine', {get a() { for (;;); }})",
                "state.list({get prefix() { for (;;); }})",
                "http.fetch({toString() { for (;;); }})",
                "http.fetch('https://x.example/', {headers: {a: {toString() { for (;;); }}}})",
                "http.fetch('https://x.example/', {headers: new Proxy({}, {ownKeys() { for (;;); }})})",
                "hex.encode({__proto__: new Proxy(ArrayBuffer.prototype, {getPrototypeOf() { for (;;); }})})",
                "class Bytes extends Uint8Array { get buffer() { for (;;); } } crypto.sha256(new Bytes(1))",
                "setTimeout(() => 1, {valueOf() { for (;;); }})",
                "console.log(new Proxy({}, {get() { for (;;); }}))",
                "console.error(Object.defineProperty(new Error(), 'message', {get() { for (;;); }}))",
            })
    void whatAFunctionOfTheHostIsGivenCannotHoldItUp(String script) {
        timesOut(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new Promise(() => setTimeout(() => { for (;;); }))",
                "new Promise(() => { for (let i = 0; i < 1000; i++) setTimeout(function f() { setTimeout(f) }) })",
                "http.fetch('https://refused.example/').catch(() => { for (;;); })",
                "({get then() { for (;;); }})",
                "({then(r) { r({get then() { for (;;); }}) }})",
                "Object.defineProperty(Promise.prototype, 'constructor', {get() { for (;;); }}); Promise.resolve(1)",
                "Object.defineProperty(Object.prototype, 'toJSON', {get() { for (;;); }}); [{}]",
                "Object.setPrototypeOf(globalThis, new Proxy({}, {has: () => false, get() { for (;;); }})); typeof host",
                "(async () => { for await (const x of (async function* () { for (;;) yield 1 })()); })()",
                "(async () => { throw 1 })().catch(async function f() { await 1; return f() })",
                "throw {get name() { for (;;); }, message: 'm'}",
                "throw Object.assign(new Error(), {message: new Proxy({}, {get() { for (;;); }})})",
                "class E extends Error { get message() { for (;;); } } throw new E()",
            })
    void whatRunsLaterIsUnderTheSameLimits(String script) {
        timesOut(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[3, 2, 1].sort(() => { for (;;); })",
                "Array.from({length: 1e5}, () => 0).sort(() => { for (let i = 0; i < 1e6; i++); return 0 })",
                "'a'.repeat(1e5).replace(/a/g, () => { for (;;); })",
                "JSON.parse('[1]', function () { for (;;); })",
                "JSON.stringify({a: {toJSON() { for (;;); }}})",
                "`${{[Symbol.toPrimitive]() { for (;;); }}}`",
                "({})[{toString() { for (;;); }}]",
                "Reflect.construct(function () {}, [], new Proxy(function () {}, {get() { for (;;); }}))",
                "class A { static { for (;;); } }",
                "label: for (;;) { try { break label } finally { continue } }",
                "const g = (function* () { try { yield } finally { for (;;) yield } })(); g.next(); g.return(); for (const x of g);",
                "const m = new Map([[1, 1]]); m.forEach((v, k) => { m.delete(k); m.set(k + 1, 1) })",
                "const s = new Set([1]); for (const x of s) { s.delete(x); s.add(x + 1) }",
                "new Array(2 ** 32 - 1).sort()",
                "eval('for (;;);')",
                "let s = 'for (;;);'; for (let i = 0; i < 8; i++) s = 'eval(' + JSON.stringify(s) + ')'; eval(s)",
                "for (;;) try { circle.call('nothing') } catch {}",
            })
    void nothingThatCallsBackGoesOnForEver(String script) {
        timesOut(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;) Function('return ' + Math.random())()",
                "for (let i = 0; ; i++) eval('function g' + i + '() {}; g' + i + '()')",
                "(function f() { eval('f()'); f() })()",
                "for (;;) state.set('k', 1)",
                "for (;;) console.log('x')",
                "for (;;) hex.encode('x')",
                "for (;;) clearTimeout(setTimeout(() => 1))",
                "for (;;) new Intl.NumberFormat('en')",
            })
    void whatIsDoneOverAndOverMeetsOneLimitOrAnother(String script) {
        ends(
                "",
                new ScriptTask.Play(script),
                shortTime().toBuilder().cpuMs(100).memoryBytes(32 << 20).build(),
                ErrorCode.SCRIPT_TIMEOUT,
                ErrorCode.CPU,
                ErrorCode.MEMORY,
                ErrorCode.STACK,
                ErrorCode.STATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;) http.fetch('https://refused.example/').catch(() => {})",
                "new Promise(() => http.fetch('https://refused.example/').catch(function f() { http.fetch('https://refused.example/').catch(f) }))",
            })
    void requestsEndAtTheirLimitAlsoIfAllAreRefused(String script) {
        ends("", new ScriptTask.Play(script), WIDE, ErrorCode.HTTP);
    }

    // ---------------------------------------------------------------- memory, stack, size

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new FinalizationRegistry(() => { for (;;); }).register({}, 1); for (;;) new Array(1e4)",
                "'x'.repeat(2 ** 19).split('').map(x => x.repeat(2 ** 18)).join('')",
                "let o = {}; for (;;) o = {o}",
                "let w = new WeakMap, k = {}; for (;;) { const n = {}; w.set(n, k); k = n }",
                "for (let i = 0; ; i++) Symbol.for('s' + i)",
                "let p = Promise.resolve(); for (;;) p = p.then(() => 1)",
                "let f = () => 1; for (;;) f = f.bind(null)",
                "const a = []; for (const i of (function* () { for (;;) yield {} })()) a.push(i)",
                "const r = /a/g; r.exec = () => ['']; r[Symbol.replace]('abc', 'x')",
                "for (;;) console.log('x'.repeat(1e5))",
                "for (;;) crypto.sha256('x'.repeat(1e5))",
                "crypto.sha256(new Uint8Array(2 ** 22))",
                "const keep = []; for (;;) keep.push(crypto.random(65536))",
                "console.log.apply(console, new Array(1e6).fill('x'))",
                "const a = []; circle.call('fine'); for (;;) a.push(circle.call('fine', a))",
            })
    void whateverIsKeptTheMemoryIsBounded(String script) {
        ends("", new ScriptTask.Play(script), Plays.memory(16), ErrorCode.MEMORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[].concat({length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true})",
                "'a'.padStart(2 ** 30, 'bc')",
                "Math.max(...new Array(1e7))",
                "new Function(...new Array(1e5).fill('a'), '')",
                "let o = []; for (let i = 0; i < 1e5; i++) o = [o]; JSON.stringify(o)",
                "JSON.parse('['.repeat(2e5) + ']'.repeat(2e5))",
                "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
                "new ArrayBuffer(10, {maxByteLength: 2 ** 40})",
                "crypto.random(1e308)",
                "crypto.verify(CALLER_ID, 'ff'.repeat(1e5), 'x')",
                "state.list({limit: 1e300})",
                "for (;;) setTimeout(() => 1, 1e9)",
            })
    void whatIsTooBigIsRefusedOrMeetsALimit(String script) {
        ends(
                "",
                new ScriptTask.Play(script),
                Plays.memory(64),
                ErrorCode.SCRIPT_ERROR,
                ErrorCode.MEMORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let o = {}; for (let i = 0; i < 1e5; i++) o = new Proxy(o, {}); o.x",
                "eval('('.repeat(1e5) + ')'.repeat(1e5))",
                "const o = {toJSON() { return JSON.stringify(o) }}; o",
                "const o = {get a() { console.log(o) }}; o",
                "function f() { state.get({toString: f}); f() } f()",
            })
    void recursionThroughTheEngineIsStoppedByTheStack(String script) {
        ends("", new ScriptTask.Play(script), WIDE, ErrorCode.STACK, ErrorCode.SCRIPT_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "function f() { hex.encode('x'); f() } try { f() } catch (e) { e + typeof e.getClass }",
                "function f() { state.set('k', 1); f() } try { f() } catch (e) { e + typeof e.getClass }",
                "function f() { circle.call('fine'); f() } try { f() } catch (e) { e + typeof e.getClass }",
            })
    void aStackThatEndsInTheHostEndsTheRunOrIsAnErrorOfTheLanguage(String script) {
        ScriptLimits limits = WIDE.toBuilder().stateOperations(1 << 30).build();
        try {
            assertThat(attack("", new ScriptTask.Play(script), limits))
                    .isEqualTo("RangeError: Maximum call stack size exceededundefined");
        } catch (CircleException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STACK);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base64.encode('x'.repeat(2 ** 20))",
                "new Proxy([], {get: (t, k) => k === 'length' ? 2 ** 53 - 1 : 0})",
                "const s = new Set(); for (let i = 0; i < 1e5; i++) s.add('x'.repeat(10) + i); s",
                "let o = {}; for (let i = 0; i < 30; i++) o = {a: o, b: o}; o",
                "({toJSON: () => 'x'.repeat(1e6)})",
            })
    void aHugeResultIsRefused(String script) {
        ScriptLimits limits = WIDE.toBuilder().outputBytes(100_000).build();
        ends("", new ScriptTask.Play(script), limits, ErrorCode.OUTPUT);
    }

    // ---------------------------------------------------------------- inside modules

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;);",
                "await (async () => { for (;;) await 1 })();",
                "export const evil = (() => { for (;;); })();",
                "export class Evil { static x = (() => { for (;;); })() }",
            })
    void aModuleThatNeverLoadsIsStopped(String module) {
        ends(module, new ScriptTask.Inspect(), shortTime(), ErrorCode.SCRIPT_TIMEOUT);
        ends(module, new ScriptTask.Call("fine"), shortTime(), ErrorCode.SCRIPT_TIMEOUT);
        ends(
                module,
                new ScriptTask.Play("try { circle.call('fine') } catch { 'caught' }"),
                shortTime(),
                ErrorCode.SCRIPT_TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    { for (;;); } --> SCRIPT_TIMEOUT
                    ({get a() { for (;;); }}) --> SCRIPT_TIMEOUT
                    ({get then() { for (;;); }}) --> SCRIPT_TIMEOUT
                    new Promise(() => setTimeout(() => { for (;;); })) --> SCRIPT_TIMEOUT
                    { throw {get message() { for (;;); }} } --> SCRIPT_TIMEOUT
                    { try { for (;;); } finally { return 1 } } --> SCRIPT_TIMEOUT
                    { state.set('k', {toJSON() { for (;;); }}) } --> SCRIPT_TIMEOUT
                    { const a = []; for (;;) a.push(new Array(100)) } --> MEMORY
                    { (function f() { f() })() } --> STACK
                    { for (;;) events.publish('a') } --> EFFECTS
                    """)
    void aFunctionIsStoppedWhoeverCallsIt(String body, ErrorCode code) {
        ScriptLimits limits = code == ErrorCode.SCRIPT_TIMEOUT ? shortTime() : Plays.memory(32);
        String module =
                "export const evil = () => %s; export const onWebhook = evil".formatted(body);
        for (ScriptTask task :
                List.of(
                        new ScriptTask.Call("evil"),
                        new ScriptTask.Handle("onWebhook", ScriptTask.Via.WEBHOOK),
                        new ScriptTask.Play("try { circle.call('evil') } catch { 'caught' }"))) {
            ends(module, task, limits, code);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export class evil {}",
                "await new Promise(() => {}); export const evil = () => 1",
                "export const evil = async () => { throw new Proxy({}, {get() { throw 1 }}) }",
                "export const evil = () => new Proxy({}, {ownKeys() { throw 1 }})",
                "export const evil = () => () => 1",
            })
    void aFunctionThatCannotBeCalledIsAnErrorOfTheScript(String module) {
        ends(module, new ScriptTask.Call("evil"), WIDE, ErrorCode.SCRIPT_ERROR);
        assertThat(
                        attack(
                                module,
                                new ScriptTask.Play(
                                        "try { circle.call('evil') } catch (e) { e instanceof Error }"),
                                WIDE))
                .isEqualTo("true");
    }

    @Test
    void functionsThatCallEachOtherAcrossTheirDepthEndSomehow() {
        ends(
                "export const evil = () => { try { circle.call('evil') } catch {} circle.call('evil') }",
                new ScriptTask.Play("for (;;) try { circle.call('evil') } catch {}"),
                shortTime(),
                ErrorCode.SCRIPT_TIMEOUT);
    }
}
