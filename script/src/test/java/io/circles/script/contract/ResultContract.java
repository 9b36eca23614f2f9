package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleApi.LogLine;
import io.circles.protocol.Json;
import io.circles.script.Caller;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What comes back from a script that succeeds.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface ResultContract extends Plays {
    @Test
    default void theCompletionValueIsTheOutput() {
        assertThat(output("let x = 10; x * 2")).isEqualTo("20");
    }

    @Test
    default void aStringIsTheOutputAsItIs() {
        ScriptResult result = play("'say \"hi\"\\n' + String.fromCodePoint(0x1F600)");
        assertThat(result.output()).isEqualTo("say \"hi\"\n\uD83D\uDE00");
        assertThat(result.value()).isEqualTo(Json.text("say \"hi\"\n\uD83D\uDE00"));
    }

    @Test
    default void undefinedIsAnEmptyOutputAndNull() {
        for (String source : new String[] {"undefined", "", "var x = 1", "({toJSON() {}})"}) {
            assertThat(output(source)).isEmpty();
            assertThat(play(source).value()).isEqualTo(NullNode.instance);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            quoteCharacter = '§',
            ignoreLeadingAndTrailingWhitespace = true,
            textBlock =
                    """
                    null --> null
                    true --> true
                    -0 --> 0
                    0.1 + 0.2 --> 0.30000000000000004
                    1e21 --> 1e+21
                    2 ** 53 --> 9007199254740992
                    NaN --> null
                    [NaN, Infinity, -Infinity] --> [null,null,null]
                    [undefined, , null] --> [null,null,null]
                    ({a: undefined, b: 1, [Symbol()]: 2}) --> {"b":1}
                    ({2: 'b', 1: 'a', x: {}, y: []}) --> {"1":"a","2":"b","x":{},"y":[]}
                    ({'a"b': '"'}) --> {"a\\"b":"\\""}
                    JSON.parse('{"__proto__": 1}') --> {"__proto__":1}
                    Object.create(null) --> {}
                    [10n, -(2n ** 70n)] --> ["10","-1180591620717411303424"]
                    7n --> "7"
                    new Date(0) --> "1970-01-01T00:00:00.000Z"
                    [new Date(NaN)] --> [null]
                    new Map([['a', 1], [{b: 2}, new Map()]]) --> [["a",1],[{"b":2},[]]]
                    new Set([1, 'a', undefined]) --> [1,"a",null]
                    new Uint8Array([1, 2, 255]) --> [1,2,255]
                    new Float64Array([1.5, NaN]) --> [1.5,null]
                    new BigInt64Array([-1n]) --> ["-1"]
                    new Uint8Array([7, 8]).buffer --> [7,8]
                    new TypeError('bad') --> {"name":"TypeError","message":"bad"}
                    [Object(1), Object('a'), Object(false), Object(2n)] --> [1,"a",false,"2"]
                    ({toJSON(key) { return [key, typeof this] }}) --> ["","object"]
                    ({a: {toJSON(key) { return key }}, b: [{toJSON: k => k}]}) --> {"a":"a","b":["0"]}
                    ({toJSON: () => new Date(0)}) --> "1970-01-01T00:00:00.000Z"
                    BigInt.prototype.toJSON = () => 'big', [1n] --> ["big"]
                    (class A { x = 1; #y = 2; get z() { return 3 } }, new (class { x = 1 })()) --> {"x":1}
                    Object.create({inherited: 1}, {own: {value: 2, enumerable: true}}) --> {"own":2}
                    new Proxy({a: [1]}, {}) --> {"a":[1]}
                    (function () { return arguments })(1, 2) --> {"0":1,"1":2}
                    let twice = {}; [twice, twice] --> [{},{}]
                    ['\\ud800', '\\\\ud800', {'\\udc00': 1}] --> ["�","\\\\ud800",{"�":1}]
                    """)
    default void aValueHasItsDocumentedJsonForm(String source, String json) {
        ScriptResult result = play(source);
        assertThat(result.output()).isEqualTo(json);
        assertThat(result.value()).isEqualTo(Plays.json(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            quoteCharacter = '§',
            textBlock =
                    """
                    () => 1 --> value is a function
                    Symbol('s') --> value is a symbol
                    ({a: [1, 2, x => x]}) --> value.a[2] is a function
                    ({'a b': {'': Symbol.iterator}}) --> value["a b"][""] is a symbol
                    let a = {}; a.b = [a]; a --> value.b[0] is a cycle
                    let m = new Map(); m.set('k', m); m --> value[0][1] is a cycle
                    ({p: Promise.resolve(1)}) --> value.p is a Promise
                    [/x/] --> value[0] is a RegExp
                    new WeakMap() --> value is a WeakMap
                    new WeakSet() --> value is a WeakSet
                    ({w: new WeakRef({})}) --> value.w is a WeakRef
                    [(function* () {})()] --> value[0] is a Generator
                    [[].values()] --> value[0] is an Array Iterator
                    new DataView(new ArrayBuffer(1)) --> value is a DataView
                    [new Proxy(() => 1, {})] --> value[0] is a function
                    Math --> value is a Math
                    globalThis --> value is the global object
                    Object(Symbol()) --> value is a Symbol
                    new (class Purse { #coins = 5 })() --> value is a Purse without data
                    let x = []; for (let i = 0; i < 300; i++) x = [x]; x --> ] is more than 250 levels deep
                    """)
    default void aValueWithoutJsonFormIsAnErrorThatSaysWhere(String source, String complaint) {
        assertThat(scriptError(source))
                .hasMessageStartingWith("Execution Error: the result has no");
        assertThat(scriptError(source)).hasMessageEndingWith(complaint);
    }

    @Test
    default void argumentsAreTheGlobalArgs() {
        String args = "{\"list\":[1,2.5,\"x\",null,true],\"__proto__\":{\"a\":1}}";
        ScriptJob job = Plays.job("args.list.push('y'); args", Plays.json(args), WIDE);
        assertThat(play(job).output())
                .isEqualTo("{\"list\":[1,2.5,\"x\",null,true,\"y\"],\"__proto__\":{\"a\":1}}");
    }

    @Test
    default void withoutArgumentsArgsIsUndefined() {
        assertThat(output("typeof args")).isEqualTo("undefined");
        assertThat(play(Plays.job("args", NullNode.instance, WIDE)).output()).isEqualTo("null");
    }

    @Test
    default void theScriptKnowsItsCircleAndItsCaller() {
        assertThat(output("[CIRCLE_PUBLIC_KEY, CONTEXT_ID, CALLER_PUBLIC_KEY, CALLER_ID].join()"))
                .isEqualTo(String.join(",", CIRCLE.hex(), CIRCLE.hex(), ALICE.hex(), ALICE.hex()));
    }

    @Test
    default void anAnonymousCallerHasNoKey() {
        ScriptJob job =
                Plays.job(CIRCLE, Caller.anonymous(), "[CALLER_PUBLIC_KEY, CALLER_ID]", null, WIDE);
        assertThat(play(job).output()).isEqualTo("[null,null]");
    }

    @Test
    default void aScriptMayUseTheNamesOfTheGlobalsForItself() {
        assertThat(output("const args = 1, console = 2, CALLER_ID = 3; args + console + CALLER_ID"))
                .isEqualTo("6");
        assertThat(output("console = 4; var args = 2; args + console")).isEqualTo("6");
    }

    @Test
    default void theConsoleIsReturnedAsLogs() {
        ScriptResult result =
                play(
                        """
                        console.log('a', 1, null, undefined, 2n, {b: [1, () => 1]});
                        console.info(new TypeError('bad'));
                        console.debug(Symbol('s'), function f() {});
                        console.warn();
                        const { error } = console; error([1, new Map([[1, 2]])]); 1
                        """);
        assertThat(result.logs())
                .containsExactly(
                        new LogLine("info", "a 1 null undefined 2n {\"b\":[1,\"[a function]\"]}"),
                        new LogLine("info", "TypeError: bad"),
                        new LogLine("debug", "[a symbol] [a function]"),
                        new LogLine("warn", ""),
                        new LogLine("error", "[1,[[1,2]]]"));
    }

    @Test
    default void aRunSaysWhatItUsed() {
        var usage = play("let a = []; for (let i = 0; i < 1e5; i++) a.push({i}); a.length").usage();
        assertThat(usage.allocatedBytes()).isBetween(1_000_000L, 1L << 30);
        assertThat(usage.cpuMs()).isBetween(0L, 60_000L);
        assertThat(usage.wallMs()).isBetween(0L, 60_000L);
    }
}
