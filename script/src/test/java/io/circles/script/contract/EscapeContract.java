package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleApi.LogLine;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Scripts that look for a way out of their realm, into the host, the prelude, the circle's
/// functions or the next run: there is none, and no text tells of what is outside.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EscapeContract implements Plays {
    private static final String HOST =
            "(?i)\\bjava|graal|truffle|polyglot(?!:)|\\.jar\\b|prelude|\\.java|passwd:|/home|/root|/tmp"
                    + "|io\\.circles|\\b(org|com|jdk|sun)\\.[a-z]+\\.|@[0-9a-f]{6,}|byte\\[\\]";

    private ScriptExecutor shared;

    /// A new executor that runs and keeps so many jobs; it is closed after the last test.
    protected abstract ScriptExecutor open(int threads, int waiting);

    @BeforeAll
    void openShared() {
        shared = open(1, 8);
    }

    @AfterAll
    void closeShared() {
        shared.close();
    }

    @Override
    public ScriptExecutor executor() {
        return shared;
    }

    private static ScriptEnvironment circle(String module) {
        return FunctionContract.circle(module, Map.of("lib/a.js", "export const a = 1"))
                .withState("jdbc:sqlite:file:///nowhere/state.db");
    }

    private static ScriptJob job(ScriptEnvironment circle, ScriptTask task) {
        return new ScriptJob(
                "test",
                circle,
                Caller.of(ALICE),
                EnumSet.allOf(Capability.class),
                task,
                null,
                WIDE);
    }

    private String played(ScriptEnvironment circle, String script) {
        return play(job(circle, new ScriptTask.Play(script))).output();
    }

    /// All that the caller is told of a script that may or may not throw.
    private String told(ScriptJob job) {
        try {
            ScriptResult result = play(job);
            return result.output()
                    + result.logs().stream().map(LogLine::message).collect(Collectors.joining());
        } catch (CircleException e) {
            assertThat(e.code()).isIn(ErrorCode.SCRIPT_ERROR, ErrorCode.STACK);
            return e.error().toString();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(() => {}).constructor.constructor('return typeof Java + typeof Polyglot + typeof Graal + typeof load + typeof process')()",
                "(async () => {}).constructor('return typeof Java + typeof host + typeof bare + typeof Graal + typeof load')()",
                "[Function('return this')()].map(g => typeof g.Java + typeof g.Polyglot + typeof g.Graal + typeof g.load + typeof g.host).join()",
                "[console.log, state.get, caller.can, setTimeout, circle.call].map(f => typeof f.constructor('return host')).length && 'undefined'.repeat(5)",
                "[state, console, caller, circle, http].map(o => typeof o.getClass).join('')",
                "[console.log, 'x', [], globalThis, new Error()].map(o => typeof o.class).join('')",
                "[state.get, console.log, hex.encode, circle.call, caller.can].map(f => { try { return typeof f.caller } catch { return 'undefined' } }).join('')",
                "with ({}) { typeof host + typeof bare + typeof ask + typeof pending + typeof settle }",
                "typeof walkClass + typeof globalObject + typeof FAILED + typeof encode + typeof turn",
                "try { null.x } catch (e) { [typeof e.javaException, typeof e.getClass, typeof e.nativeException, typeof e.getStackTrace, typeof e.cause].join('') }",
            })
    void nothingOfTheHostIsInReach(String script) {
        assertThat(output(script)).isEqualTo("undefined".repeat(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Java.type('x')",
                "Polyglot.eval('js', '1')",
                "Graal.versionECMAScript",
                "load('file:///etc/passwd')",
                "this.constructor.constructor('return process')().env",
                "new Worker('x')",
                "new SharedArrayBuffer(1)",
                "%DebugPrint(1)",
                "eval('%GetHiddenClass()')",
                "import.meta",
                "new Function('/*', '*/){}); bare(\"failure\"); (function(')",
                "(function () { 'use strict'; return arguments.callee })()",
                "Reflect.construct(state.get, [])",
                "new caller.can('play')",
                "circle.call('__proto__')",
                "circle.call('\\0')",
                "secrets.get('__proto__')",
                "http.fetch('file:///etc/passwd')",
                "http.fetch('jar:file:/x!/y')",
                "http.fetch('http://127.0.0.1:1/')",
                "http.fetch('https://x.example', {method: 'A\\nB'})",
                "http.fetch('https://x.example', {headers: {'a\\r': 'x'}})",
            })
    void aWayThatDoesNotExistIsAnErrorOfTheScript(String script) {
        CircleException failure =
                failure(job(circle("export const f = 1"), new ScriptTask.Play(script)));
        assertThat(failure.code()).isIn(ErrorCode.SCRIPT_ERROR, ErrorCode.NO_SUCH_FUNCTION);
        assertThat(Plays.data(failure).path("message").asText().replace("Java is not", ""))
                .doesNotContainPattern(HOST.replace("|graal", "").replace("polyglot(?!:)|", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\\0",
                "file:",
                "file:x",
                "file:///etc/passwd",
                "file:///%00",
                "file://host/x",
                "jar:file:/a!/b",
                "//x/y",
                "C:\\\\x",
                "http://[",
                "http://127.0.0.1:1/x.js",
                "data:text/javascript,export default 1",
                "polyglot:js",
                "\\ud800",
                "/proc/self/environ",
                "../../../../etc/passwd",
                "./lib/../../etc/passwd",
                "./lib/a.js?x",
            })
    void importFindsNothingOutsideAndSaysNothingOfIt(String what) {
        String text =
                "import('%s').then(m => 'loaded', e => e.name + e.message + e.stack)"
                        .formatted(what);
        for (ScriptJob job :
                new ScriptJob[] {
                    job(circle(""), new ScriptTask.Play(text)),
                    job(circle("export const f = () => " + text), new ScriptTask.Call("f"))
                }) {
            assertThat(told(job))
                    .isNotEqualTo("loaded")
                    .doesNotContain("Exception", "ENOENT")
                    .doesNotContainPattern(HOST.replace("\\bjava", "\\bjava\\."));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let s; console.log({toJSON() { s = new Error().stack; return 1 }}); s",
                "new Promise(r => setTimeout(() => r(new Error().stack)))",
                "http.fetch('https://refused.example/').catch(e => e.stack + e.message)",
                "try { state.set('a', undefined) } catch (e) { e.stack }",
                "try { state.get('x'.repeat(9999)) } catch (e) { [e.stack, Reflect.ownKeys(e), e.toString()] }",
                "Error.prepareStackTrace = (e, frames) => frames.map(f => [String(f), typeof f.getFunction()]); try { state.get(5) } catch (e) { e.stack }",
                "Error.stackTraceLimit = Infinity; function f(n) { return n ? f(n - 1) : new Error().stack } f(50)",
                "[state.get, console.log, caller.can, setTimeout].map(String)",
                "[state, console, caller, circle, http, globalThis].map(o => Object.prototype.toString.call(o))",
                "class A {} A()",
                "[1].map(class {})",
                "function f() { hex.encode('x'); f() } try { f() } catch (e) { String(e) }",
                "base64.decode('\\ud800')",
                "base64.decode('=')",
                "hex.decode('zz')",
                "utf8.decode(new Uint8Array([255]))",
                "crypto.random(-1)",
                "crypto.verify('zz', 'zz', 'x')",
                "crypto.recover('zz', 'x')",
                "crypto.sha256({})",
                "state.list({limit: 1e300})",
                "state.set('\\ud800', 1)",
                "state.set('k', Symbol())",
                "http.fetch('\\0')",
                "http.fetch('https://[::1')",
                "setTimeout({})",
                "new Intl.DateTimeFormat('xx-invalid-locale-123456789')",
                "new Intl.DateTimeFormat('en', {timeZone: 'No/Where'})",
                "'x'.localeCompare('y', 'no-such-locale-xx')",
                "new Uint8Array(2 ** 31)",
                "new ArrayBuffer(10, {maxByteLength: 2 ** 40})",
                "new DataView(new ArrayBuffer(1), 5)",
                "const b = new ArrayBuffer(8), u = new Uint8Array(b); b.transfer(); hex.encode(u)",
                "const b = new ArrayBuffer(8, {maxByteLength: 16}), u = new Uint8Array(b, 4); b.resize(2); hex.encode(u)",
                "class H extends Uint8Array { get buffer() { return {length: 3, 0: 1} } } hex.encode(new H(2))",
                "hex.encode(Object.setPrototypeOf({}, ArrayBuffer.prototype))",
                "new RegExp('\\\\p{Bogus}', 'u')",
                "10n ** -1n",
                "(1).toFixed(101)",
                "'x'.normalize('bad')",
                "//# sourceMappingURL=file:///etc/passwd\nnull.x",
                "#!/bin/sh\nnull.x",
            })
    void noErrorAndNoTextTellsOfTheHost(String script) {
        assertThat(told(job(circle(""), new ScriptTask.Play(script)))).doesNotContainPattern(HOST);
        assertThat(
                        told(
                                job(
                                        circle(
                                                "export const f = () => eval(%s)"
                                                        .formatted(Plays.quoted(script))),
                                        new ScriptTask.Call("f"))))
                .doesNotContainPattern(HOST);
    }

    // ---------------------------------------------------------------- the prelude

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            quoteCharacter = '§',
            textBlock =
                    """
                    Object.defineProperty(globalThis, 'state', {get: () => 'mine'}); state --> mine
                    Object.defineProperty(globalThis, 'caller', {value: {publicKey: 'x'}}); CALLER_ID.length --> 66
                    caller = {publicKey: 'x'}; CALLER_ID.length --> 66
                    globalThis.circle = {publicKey: 'x'}; CIRCLE_PUBLIC_KEY.length --> 66
                    const n = caller.roles.length; try { caller.publicKey = 'x'; caller.roles.push('owner') } catch {} [caller.publicKey.length, caller.roles.length - n] --> [66,0]
                    try { caller.can = () => true } catch {} caller.can('nothing') --> false
                    Object.prototype.nothing = true; Array.prototype.includes = () => true; caller.can('nothing') --> false
                    try { state.get = () => 'mine' } catch {} typeof state.get('x') --> undefined
                    Object.freeze(globalThis); state.set('a', 1); state.get('a') --> 1
                    Object.seal(globalThis); console.log(1); crypto.uuid().length --> 36
                    Object.prototype[0] = 'evil'; Array.prototype[Symbol.iterator] = function* () { yield 'evil' }; state.set('a', 'b'); state.get('a') + hex.encode('a') --> b61
                    String.prototype.slice = () => 'evil'; JSON.stringify = () => '"evil"'; JSON.parse = () => 'evil'; state.set('a', 'b'); state.get('a') --> b
                    Reflect.apply = Function.prototype.apply = Function.prototype.call = () => 'evil'; Map.prototype.get = () => () => 'evil'; new Promise(r => setTimeout(r, 1, 'fine')) --> fine
                    Promise.prototype.then = function (ok) { ok('stolen') }; (async () => await 'mine')() --> mine
                    Object.defineProperty(Promise, Symbol.species, {get() { throw 1 }}); Promise.resolve('fine') --> fine
                    globalThis.Promise = class extends Promise { constructor() { super(() => {}); throw 1 } }; (async () => 'fine')() --> fine
                    globalThis.Uint8Array = globalThis.Map = globalThis.Error = class { constructor() { throw 1 } }; hex.encode(crypto.sha256('abc')).length --> 64
                    Uint8Array.prototype.__proto__.constructor = Array; Object.defineProperty(Uint8Array, Symbol.species, {value: Array}); hex.encode(hex.decode('01ff')) --> 01ff
                    Object.defineProperty(globalThis, 'args', {get() { throw 1 }}); typeof CALLER_ID --> string
                    function f() { return f.caller } Array.prototype.toJSON = f; try { state.set('a', [1]) } catch (e) { e.name } --> TypeError
                    (function g() { return g.arguments })() --> null
                    """)
    void theHostsFunctionsMeanTheSameInAPollutedRealm(String script, String output) {
        String told = played(circle(""), script);
        assertThat(told.isEmpty() ? "null" : told).isEqualTo(output);
    }

    @Test
    void aScriptCatchesNoDataOfTheHostInSettersOfPrototypes() {
        String script =
                """
                const got = [];
                const names = ['publicKey', 'name', 'roles', 'capabilities', 'via', 'kind', 'key', 'entries', 'cursor',
                  'failed', 'json', 'told', 'parent', 'holder', 'depth', 'room', 'size', 'verdict', '0', '1', 'length'];
                for (const k of names) {
                  Object.defineProperty(Object.prototype, k, {set(v) { got.push(k) }, get() {}, configurable: true});
                }
                caller.can('x'); circle.name; state.set('a', [{b: 1}]); state.get('a'); state.list(); console.log({c: [1]});
                try { state.get(5) } catch {}
                try { state.get('x'.repeat(600)) } catch {}
                circle.call('f', {d: [1]});
                for (const k of names) delete Object.prototype[k];
                '' + got
                """;
        assertThat(played(circle("export const f = (x) => x"), script)).isEmpty();
    }

    // ---------------------------------------------------------------- the circle's functions

    @Test
    void aScriptLeavesNothingInTheRealmOfAFunction() {
        ScriptEnvironment circle =
                circle(
                        """
                        export const take = (x) => { x.touched = true; return Object.keys(x) };
                        export const look = () => [typeof {}.evil, typeof [].evil, typeof globalThis.evil, typeof args,
                            Object.getOwnPropertyNames({}.__proto__).length];
                        """);
        String clean = played(circle, "circle.call('look')");
        assertThat(clean).startsWith("[\"undefined\",\"undefined\",\"undefined\",\"undefined\",");
        assertThat(
                        played(
                                circle,
                                """
                                const given = JSON.parse('{"__proto__": {"evil": 1}, "constructor": {"prototype": {"evil": 1}}}');
                                globalThis.evil = Object.prototype.evil = Array.prototype.evil = 1;
                                circle.call('take', given);
                                circle.call('take', {get a() { return 1 }, toJSON() { return given }});
                                [typeof given.touched, circle.call('look')]
                                """))
                .isEqualTo("[\"undefined\"," + clean + "]");
        assertThat(play(job(circle, new ScriptTask.Call("look"))).output()).isEqualTo(clean);
    }

    @Test
    void oneCallSeesNothingOfAnotherButTheModulesOwnVariables() {
        ScriptEnvironment circle =
                circle(
                        """
                        let kept = 0;
                        export const first = () => {
                          setTimeout(() => { kept += 100 }, 0);
                          Promise.resolve().then(() => { kept += 1 });
                          state.set('k', 'of the first');
                          console.log('of the first');
                          return kept;
                        };
                        export const second = async () => {
                          await new Promise((resolve) => setTimeout(resolve, 5));
                          return [kept, typeof state.get('k'), caller.via];
                        };
                        """);
        play(job(circle, new ScriptTask.Call("first")));
        ScriptResult second = play(job(circle, new ScriptTask.Call("second")));
        assertThat(second.output()).isEqualTo("[1,\"undefined\",\"call\"]");
        assertThat(second.logs()).isEmpty();
    }

    @Test
    void whatAFunctionKeptOfItsCallerIsNoRightOfTheNext() {
        ScriptEnvironment circle =
                circle(
                        """
                        let old;
                        export const first = () => { old = caller; return caller.publicKey };
                        export const second = () => [caller.publicKey, old.publicKey, old === caller];
                        """);
        play(job(circle, new ScriptTask.Call("first")));
        ScriptJob anonymous =
                new ScriptJob(
                        "test",
                        circle,
                        Caller.anonymous(),
                        EnumSet.noneOf(Capability.class),
                        new ScriptTask.Call("second"),
                        null,
                        WIDE);
        assertThat(play(anonymous).output())
                .isEqualTo("[null,\"%s\",false]".formatted(ALICE.hex()));
    }
}
