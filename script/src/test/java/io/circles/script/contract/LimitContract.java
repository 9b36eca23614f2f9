package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi.LogLine;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Scripts that try to use more than they may. Each is ended with the limit's own error, and the
/// executor serves the next.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface LimitContract extends Plays {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "for (;;);",
                "for (;;) { try { for (;;); } finally { continue } }",
                "for (;;) try { throw 1 } catch {}",
                "(function f() { Promise.resolve().then(f) })()",
                "(async () => { for (;;) await 1 })()",
                "({then(r) { r(this) }})",
                "/(a*)*\\1b/.test('a'.repeat(40))",
                "for (const x of (function* () { for (;;) yield 1 })());",
                "for (const x of {[Symbol.iterator]: () => ({next: () => ({}), return() { for (;;); }})}) break",
                "({get a() { for (;;); }})",
                "({toJSON() { for (;;); }})",
                "new Proxy({}, {ownKeys() { for (;;); }})",
                "new Proxy([], {get() { for (;;); }})",
                "let m = new Map([[0, 0]]); m.set(1, {toJSON() { m.clear(); for (let i = 0; i < 9; i++) m.set(Symbol, this); return 1 }}); for (;;);",
                "console.log({get a() { for (;;); }})",
                "Object.prototype.then = function () { for (;;); }; ({})",
            })
    default void whatNeverEndsIsStoppedByTheWallTime(String source) {
        fails(source, Plays.wall(100), ErrorCode.SCRIPT_TIMEOUT);
    }

    @Test
    default void whoseTimeIsOverHearsHowMuchOfItWasComputing() {
        JsonNode computed = Plays.data(failure("for (;;);", Plays.wall(300)));
        assertThat(computed.path("cpu_ms").asLong()).isPositive();
        JsonNode waited =
                Plays.data(failure("new Promise(r => setTimeout(r, 60000))", Plays.wall(300)));
        assertThat(waited.path("cpu_ms").isIntegralNumber()).isTrue();
        assertThat(waited.path("cpu_ms").asLong()).isLessThan(waited.path("used").asLong());
    }

    @Test
    default void aBusyLoopIsStoppedByTheProcessorTime() {
        fails("for (;;);", Plays.cpu(50), ErrorCode.CPU);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "let a = []; for (;;) a.push({})",
                "let a = []; for (;;) a.push(new Array(10000).fill(1))",
                "let a = []; for (;;) a.push(new Uint8Array(10000))",
                "let m = new Map(); for (let i = 0; ; i++) m.set(i, {})",
                "let s = ''; for (;;) { s += 'x'.repeat(1000); if (s.length > 1e5) { s.charCodeAt(5); s = '' } }",
                "let o = {}; for (let i = 0; ; i++) o['k' + i] = i",
                "let b = 3n; for (;;) b = b * b % (2n ** 4000n) + 3n",
                "JSON.parse('[' + '{},'.repeat(100000) + '{}]')",
                "[...Array(1e6).keys()].map(i => ({i}))",
                "'ab'.repeat(400000).split('')",
                "new Array(1e7).fill(0)",
            })
    default void whatAllocatesWithoutEndIsStoppedByTheMemory(String source) {
        fails(source, Plays.memory(16), ErrorCode.MEMORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'x'.repeat(2 ** 30)",
                "let s = 'x'; for (;;) s += s",
                "new Uint8Array(2 ** 40)",
                "new ArrayBuffer(2 ** 33)",
                "new Float64Array(2 ** 30)",
                "'x'.padEnd(2 ** 30)",
                "Array(2 ** 31).join('x')",
            })
    default void noSingleValueCanPassTheMemory(String source) {
        ErrorCode code = failure(source, Plays.memory(16)).code();
        assertThat(code).isIn(ErrorCode.SCRIPT_ERROR, ErrorCode.MEMORY);
        assertThat(output("'next'")).isEqualTo("next");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(function f() { f() })()",
                "const o = {get a() { return this.a }}; o.a",
                "const p = new Proxy({}, {get: (t, k) => p[k]}); p.x",
                "async function f() { return f() } f()",
            })
    default void recursionWithoutEndIsStoppedByTheStack(String source) {
        fails(source, WIDE, ErrorCode.STACK);
    }

    @Test
    default void deeplyNestedSourceIsStoppedByTheStack() {
        fails("[".repeat(200_000), WIDE, ErrorCode.STACK);
        fails("1" + "+1".repeat(200_000), WIDE, ErrorCode.STACK);
    }

    @Test
    default void recursionOfAThousandCallsIsFine() {
        assertThat(output("(function f(n) { return n ? 1 + f(n - 1) : 0 })(1000)"))
                .isEqualTo("1000");
    }

    @Test
    default void stackOverflowCanBeCaught() {
        assertThat(output("try { (function f() { f() })() } catch (e) { e.name }"))
                .isEqualTo("RangeError");
    }

    @Test
    default void tooLongASourceIsRefused() {
        assertThat(failure("'äää'", Plays.text(7, 1)).code()).isEqualTo(ErrorCode.SOURCE);
        assertThat(Plays.data(failure("'äää'", Plays.text(7, 1))).path("used").asInt())
                .isEqualTo(8);
        assertThat(play(Plays.job("'äää'", null, Plays.text(8, 1))).output()).isEqualTo("äää");
    }

    @Test
    default void tooBigArgumentsAreRefused() {
        ScriptJob job = Plays.job("1", Json.text("ä".repeat(4)), Plays.text(9, 1));
        assertThat(failure(job).code()).isEqualTo(ErrorCode.ARGUMENTS);
        ScriptJob fits = Plays.job("args", Json.text("ä".repeat(4)), Plays.text(10, 1));
        assertThat(play(fits).output()).isEqualTo("ä".repeat(4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'x'.repeat(101)",
                "'ä'.repeat(51)",
                "Array(60).fill(0)",
                "({a: 'ä'.repeat(60)})",
                "Array(2 ** 32 - 1)",
                "new Proxy([], {get: (t, k) => k === 'length' ? 2 ** 53 - 1 : undefined})",
                "let x = []; for (let i = 0; i < 40; i++) x = [x, x]; x",
                "new Uint8Array(1000)"
            })
    default void tooMuchOutputFails(String source) {
        fails(source, Plays.text(100, 1), ErrorCode.OUTPUT);
    }

    @Test
    default void tooManyConsoleLinesAreDroppedAndItIsSaid() {
        ScriptResult result =
                play(
                        Plays.job(
                                "for (let i = 0; i < 1e4; i++) console.log(i); 1",
                                null,
                                Plays.text(100, 2)));
        assertThat(result.logs().subList(0, 2))
                .containsExactly(new LogLine("info", "0"), new LogLine("info", "1"));
        assertThat(result.logs()).hasSize(3);
        assertThat(result.logs().getLast().level()).isEqualTo("warn");
        assertThat(result.logs().getLast().message()).contains("dropped");
    }

    @Test
    default void tooMuchConsoleTextIsDroppedAndItIsSaid() {
        String source =
                "console.log('x'.repeat(60)); console.log('y'.repeat(60)); console.log('z'); 1";
        ScriptResult result = play(Plays.job(source, null, Plays.text(100, 10)));
        assertThat(result.logs()).hasSize(2);
        assertThat(result.logs().getLast().message()).contains("dropped");
    }
}
