package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The circle's own functions: called by callers, by the server, and by scripts.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface FunctionContract extends Plays {
    Set<Capability> NONE = EnumSet.noneOf(Capability.class);
    Set<Capability> CALL = EnumSet.of(Capability.PLAY, Capability.CALL);

    static ScriptEnvironment circle(String main, Map<String, String> others) {
        Map<String, String> files = new java.util.HashMap<>(others);
        files.put("main.js", main);
        return ScriptEnvironment.of(CIRCLE, "shop").withModule(CircleModule.of("main.js", files));
    }

    static ScriptEnvironment circle(String main) {
        return circle(main, Map.of());
    }

    static ScriptJob job(ScriptEnvironment circle, ScriptTask task, @Nullable String args) {
        return new ScriptJob("test", circle, Caller.of(ALICE), CALL, task, args, WIDE);
    }

    default String call(ScriptEnvironment circle, String function, @Nullable String args) {
        return play(job(circle, new ScriptTask.Call(function), args)).output();
    }

    default String play(ScriptEnvironment circle, String script) {
        return play(job(circle, new ScriptTask.Play(script), null)).output();
    }

    default CircleException callFailure(ScriptEnvironment circle, String function) {
        CircleException failure =
                catchThrowableOfType(CircleException.class, () -> call(circle, function, null));
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    default void whatFunctionsWriteToTheirConsolesIsNotForWhoeverPlays() {
        ScriptEnvironment circle =
                circle(
                        """
                        export function noted() { console.log('of the function'); return 1 }
                        """);
        ScriptTask task =
                new ScriptTask.Play(
                        "console.log('before'); circle.call('noted'); console.log('after')");
        ScriptJob stranger = job(circle, task, null);
        ScriptResult result = play(stranger);
        assertThat(result.logs())
                .extracting(CircleApi.LogLine::message)
                .containsExactly("before", "after");
        assertThat(result.functionLogs())
                .extracting(CircleApi.LogLine::message)
                .containsExactly("of the function");

        ScriptJob operator =
                new ScriptJob(
                        "test",
                        circle,
                        Caller.of(ALICE),
                        EnumSet.of(Capability.PLAY, Capability.CALL, Capability.ADMIN),
                        task,
                        null,
                        WIDE);
        assertThat(play(operator).logs())
                .extracting(CircleApi.LogLine::message)
                .containsExactly("before", "of the function", "after");
    }

    @Test
    default void anExportedFunctionIsCalledWithItsArgumentAsAValue() {
        ScriptEnvironment circle =
                circle(
                        """
                        export function twice(n) { return n * 2 }
                        export const shout = async ({text}) => text.toUpperCase();
                        export default function (args) { return [typeof args] }
                        """);
        assertThat(call(circle, "twice", "21")).isEqualTo("42");
        assertThat(call(circle, "shout", "{\"text\": \"'); evil('\"}")).isEqualTo("'); EVIL('");
        assertThat(call(circle, "default", null)).isEqualTo("[\"undefined\"]");
    }

    @Test
    default void aModuleImportsTheFilesBelowItsFolder() {
        ScriptEnvironment circle =
                circle(
                        """
                        import { one } from './lib/one.js';
                        import * as two from './lib/two.mjs';
                        export async function sum() {
                          const { three } = await import('./lib/three.js');
                          return one + two.value + three;
                        }
                        """,
                        Map.of(
                                "lib/one.js",
                                "export const one = 1;",
                                "lib/two.mjs",
                                "import { one } from './one.js'; export const value = one + 1;",
                                "lib/three.js",
                                "export const three = 3;"));
        assertThat(call(circle, "sum", null)).isEqualTo("6");
        assertThat(call(circle, "sum", null)).isEqualTo("6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./absent.js",
                "../outside.js",
                "/etc/passwd",
                "file:///etc/passwd",
                "http://127.0.0.1/a.js",
                "data:text/javascript,export default 1",
                "fs",
                "node:fs",
                "./lib",
            })
    default void nothingElseCanBeImported(String what) {
        ScriptEnvironment circle =
                circle(
                        "export const load = async (what) => {"
                                + " try { await import(what); return 'loaded' }"
                                + " catch (e) { return 'refused' } }",
                        Map.of("lib/one.js", "export const one = 1;"));
        assertThat(call(circle, "load", Plays.quoted(what))).isEqualTo("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "value", "onStart", "onWebhook", "paid", "toString", ""})
    default void whatIsNoFunctionOfTheCircleCannotBeCalled(String name) {
        ScriptEnvironment plain =
                circle(
                        """
                        export const value = 1;
                        export function onStart() { return 'ran' }
                        export function onWebhook() { return 'ran' }
                        export function paid() { return 'ran' }
                        export function try_(name) {
                          try { return circle.call(name) } catch (e) { return e.message }
                        }
                        """);
        ScriptEnvironment circle =
                new ScriptEnvironment(
                        plain.circle(),
                        plain.name(),
                        plain.module(),
                        Set.of("paid"),
                        plain.state(),
                        plain.httpAllow(),
                        plain.secrets());
        CircleException failure = callFailure(circle, name);
        assertThat(failure.code()).isEqualTo(ErrorCode.NO_SUCH_FUNCTION);
        assertThat(Plays.data(failure).path("function").asText()).isEqualTo(name);
        assertThat(call(circle, "try_", Plays.quoted(name))).startsWith("No such function");
        assertThat(
                        play(
                                circle,
                                "try { circle.call('%s') } catch (e) { e.message }"
                                        .formatted(name)))
                .startsWith("No such function");
    }

    @Test
    default void theServerRunsHandlers() {
        ScriptEnvironment circle =
                circle("export function onStart(event) { return [event.a, caller.via] }");
        ScriptTask task = new ScriptTask.Handle("onStart", ScriptTask.Via.START);
        assertThat(play(job(circle, task, "{\"a\": 1}")).output()).isEqualTo("[1,\"start\"]");
    }

    @Test
    default void aCircleWithoutAModuleHasNoFunctions() {
        ScriptEnvironment circle = ScriptEnvironment.of(CIRCLE, "plain");
        assertThat(callFailure(circle, "anything").code()).isEqualTo(ErrorCode.NO_SUCH_FUNCTION);
        assertThat(play(circle, "try { circle.call('x') } catch (e) { 'caught' }"))
                .isEqualTo("caught");
    }

    @Test
    default void theFunctionsOfAModuleCanBeListed() {
        ScriptEnvironment circle =
                circle("export function b() {} export const a = () => 1, c = 2; export class D {}");
        assertThat(play(job(circle, new ScriptTask.Inspect(), null)).output())
                .isEqualTo("[\"D\",\"a\",\"b\"]");
        ScriptEnvironment once =
                circle(
                        "if (globalThis.n) throw new Error('twice'); globalThis.n = 1;"
                                + " export function then() { throw new Error('called') }");
        assertThat(play(job(once, new ScriptTask.Inspect(), null)).output())
                .isEqualTo("[\"then\"]");
        ScriptEnvironment awaiting =
                circle("export const a = await Promise.resolve(() => 1); await null;");
        assertThat(play(job(awaiting, new ScriptTask.Inspect(), null)).output())
                .isEqualTo("[\"a\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    main.js --> export const a = 1;#  let 5x; --> 2 --> SyntaxError
                    main.js --> export const a = 1;##null.x; --> 3 --> TypeError
                    main.js --> export const a = state.get('x'); --> 1 --> Error
                    lib/dep.js --> export const a = 1;# foo(); --> 2 --> ReferenceError
                    lib/dep.js --> let let = 1; --> 1 --> SyntaxError
                    main.js --> export const a = 1;#import {x} from './absent.js'; --> 2 --> Error
                    main.js --> export const a = 1;##import 'lodash'; --> 3 --> Error
                    main.js --> export const a = 1;#import * as x from "http://a.b/c.js"; --> 2 --> Error
                    main.js --> ###import {a,#b} from '../../etc/passwd'; --> 4 --> Error
                    main.js --> import './main.js';#import {x} from './main.js'; --> 2 --> SyntaxError
                    main.js --> export const a = 1;#await null;#null.x; --> 3 --> TypeError
                    lib/dep.js --> #export * from './absent.js'; --> 2 --> Error
                    lib/dep.js --> #import {nope} from '../main.js'; --> 2 --> SyntaxError
                    lib/dep.js --> #export {nope} from '../main.js'; --> 2 --> SyntaxError
                    lib/dep.js --> #import {nope} from '../main.js'; export {nope}; --> 2 --> SyntaxError
                    main.js --> ##export {nope as yes} from './main.js'; --> 3 --> SyntaxError
                    """)
    default void aModuleThatCannotBeLoadedSaysWhere(
            String file, String text, int line, String name) {
        String source = text.replace('#', '\n');
        ScriptEnvironment circle =
                file.equals("main.js")
                        ? circle(source)
                        : circle("import './lib/dep.js';", Map.of(file, source));
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class,
                        () -> play(job(circle, new ScriptTask.Inspect(), null)));
        assertThat(failure.code()).isEqualTo(ErrorCode.SCRIPT_ERROR);
        assertThat(Plays.data(failure).path("name").asText()).isEqualTo(name);
        assertThat(Plays.data(failure).path("file").asText())
                .as("%s", failure.error())
                .isEqualTo(file);
        assertThat(Plays.data(failure).path("line").asInt()).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export function f() {} await new Promise(() => {});",
                "export const f = () => 1; await new Promise(() => {}); export const g = () => 2;",
                "import './lib/dep.js'; export function f() {}",
            })
    default void aModuleThatIsNeverLoadedToTheEndIsRefused(String source) {
        ScriptEnvironment circle =
                circle(source, Map.of("lib/dep.js", "await new Promise(() => {});"));
        CircleException failure =
                catchThrowableOfType(
                        CircleException.class,
                        () -> play(job(circle, new ScriptTask.Inspect(), null)));
        assertThat(failure)
                .hasMessage(
                        "Execution Error: the module's top level awaits what nothing can settle");
        assertThat(callFailure(circle, "f")).hasMessage(failure.getMessage());
    }

    @Test
    default void whatAFunctionThrowsSaysWhere() {
        ScriptEnvironment circle =
                circle("export function fail() {\n  throw new RangeError('no');\n}");
        CircleException failure = callFailure(circle, "fail");
        assertThat(failure).hasMessage("Execution Error: RangeError: no");
        assertThat(Plays.data(failure).path("file").asText()).isEqualTo("main.js");
        assertThat(Plays.data(failure).path("line").asInt()).isEqualTo(2);
        assertThat(Plays.data(failure).path("stack").asText()).contains("at fail (main.js:2:");
    }

    @Test
    default void aScriptCallsTheCirclesFunctions() {
        ScriptEnvironment circle =
                circle(
                        """
                        export async function add({a, b}) { return {sum: a + b, via: caller.via} }
                        export function nothing() {}
                        export function fail() { throw new TypeError('not so') }
                        """);
        assertThat(play(circle, "circle.call('add', {a: 1, b: 2})"))
                .isEqualTo("{\"sum\":3,\"via\":\"play\"}");
        assertThat(play(circle, "circle.call('nothing') === undefined")).isEqualTo("true");
        assertThat(
                        play(
                                circle,
                                "try { circle.call('fail') } catch (e) {"
                                        + " [e instanceof TypeError, e.name, e.message] }"))
                .isEqualTo("[true,\"TypeError\",\"not so\"]");
    }

    @Test
    default void aScriptNeedsTheCapabilityToCallFunctions() {
        ScriptEnvironment circle = circle("export function f() { return 'ran' }");
        ScriptTask play = new ScriptTask.Play("try { circle.call('f') } catch (e) { e.needs }");
        ScriptJob job = new ScriptJob("test", circle, Caller.of(ALICE), NONE, play, null, WIDE);
        assertThat(play(job).output()).isEqualTo("call");
    }

    @Test
    default void functionsCallEachOtherAtMostEightDeep() {
        ScriptEnvironment circle =
                circle(
                        """
                        export function down(n) {
                          try { return circle.call('down', n + 1) } catch (e) { return [n, e.name] }
                        }
                        """);
        assertThat(call(circle, "down", "1")).isEqualTo("[8,\"RangeError\"]");
        assertThat(play(circle, "circle.call('down', 1)")).isEqualTo("[8,\"RangeError\"]");
    }

    @Test
    default void aScriptAndAFunctionShareNoObjects() {
        ScriptEnvironment circle =
                circle(
                        """
                        let seen = [];
                        export function keep(x) { seen.push(x); return seen }
                        export function polluted() { return [typeof ({}).evil, typeof [].evil] }
                        """);
        assertThat(
                        play(
                                circle,
                                "Object.prototype.evil = 1; Array.prototype.evil = 1;"
                                        + " const kept = circle.call('keep', {a: 1}); kept[0].a = 2;"
                                        + " circle.call('polluted')"))
                .isEqualTo("[\"undefined\",\"undefined\"]");
        assertThat(call(circle, "polluted", null)).isEqualTo("[\"undefined\",\"undefined\"]");
    }

    @Test
    default void aFunctionThatNeverEndsIsStoppedAndTheNextCallIsServed() {
        ScriptEnvironment circle =
                circle(
                        """
                        export function loop() { while (true); }
                        export const wait = () => new Promise(() => {});
                        export function fine() { return 'fine' }
                        """);
        for (String script :
                new String[] {
                    "circle.call('loop')", "try { circle.call('loop') } catch { while (true); }"
                }) {
            ScriptJob job =
                    new ScriptJob(
                            "test",
                            circle,
                            Caller.of(ALICE),
                            CALL,
                            new ScriptTask.Play(script),
                            null,
                            Plays.wall(200));
            assertThat(failure(job).code()).isEqualTo(ErrorCode.SCRIPT_TIMEOUT);
        }
        assertThat(callFailure(circle, "wait")).hasMessageContaining("can never settle");
        assertThat(call(circle, "fine", null)).isEqualTo("fine");
    }

    @Test
    default void whatAnEarlierCallLeftWaitingDoesNotEndALaterOne() {
        ScriptEnvironment circle =
                circle(
                        """
                        let settle;
                        export const first = () => new Promise((resolve) => { settle = resolve });
                        export const second = async () => { settle?.('of the first'); return 'of the second' };
                        """);
        assertThat(callFailure(circle, "first")).hasMessageContaining("can never settle");
        assertThat(call(circle, "second", null)).isEqualTo("of the second");
    }

    @Test
    default void theCallerIsTheOneOfTheCall() {
        ScriptEnvironment circle =
                circle(
                        "export const who = () => [caller.publicKey, caller.kind, caller.via,"
                                + " caller.roles, caller.can('play'), caller.can('admin'),"
                                + " CALLER_ID, CIRCLE_PUBLIC_KEY, circle.name]");
        ScriptJob job =
                new ScriptJob(
                        "test",
                        circle,
                        Caller.of(ALICE, java.util.List.of("member", "staff")),
                        EnumSet.of(Capability.PLAY),
                        new ScriptTask.Call("who"),
                        null,
                        WIDE);
        assertThat(play(job).value().toString())
                .isEqualTo(
                        "[\"%s\",\"key\",\"call\",[\"member\",\"staff\"],true,false,\"%s\",\"%s\",\"shop\"]"
                                .formatted(ALICE.hex(), ALICE.hex(), CIRCLE.hex()));
        ScriptJob anonymous =
                new ScriptJob(
                        "test",
                        circle,
                        Caller.anonymous(),
                        NONE,
                        new ScriptTask.Call("who"),
                        null,
                        WIDE);
        assertThat(play(anonymous).value().get(0).isNull()).isTrue();
        assertThat(play(anonymous).value().get(6).isNull()).isTrue();
    }

    /// A stop may come when a function has just returned.
    @Test
    default void aCallThatIsCancelledAtWhateverMomentSpoilsNoLaterOne() throws Exception {
        ScriptEnvironment circle = circle("export const fine = () => 'fine'");
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            assertThat(call(circle, "fine", null)).isEqualTo("fine");
            ScriptJob job = job(circle, new ScriptTask.Call("fine"), null);
            FutureTask<?> cancelled = new FutureTask<>(() -> executor().execute(job));
            Thread thread = Thread.ofVirtual().start(cancelled);
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(1)));
            thread.interrupt();
            thread.join();
        }
        assertThat(call(circle, "fine", null)).isEqualTo("fine");
    }
}
