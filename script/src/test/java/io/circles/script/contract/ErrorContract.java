package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a caller learns of a script that throws: everything of the script, nothing of the host.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface ErrorContract extends Plays {
    @Test
    default void anErrorHasNamePlaceAndStack() {
        CircleException failure =
                scriptError("function f() {\n  null.x;\n}\nconst g = () => f();\ng()");
        assertThat(failure)
                .hasMessage("Execution Error: TypeError: Cannot read property 'x' of null");
        JsonNode data = Plays.data(failure);
        assertThat(data.path("name").asText()).isEqualTo("TypeError");
        assertThat(data.path("message").asText()).isEqualTo("Cannot read property 'x' of null");
        assertThat(data.path("line").asInt()).isEqualTo(2);
        assertThat(data.path("column").asInt()).isEqualTo(3);
        assertThat(data.path("stack").asText())
                .isEqualTo("at f (script.js:2:3)\nat g (script.js:4:17)\nat script.js:5:1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    let 1x --> Missing space after numeric literal --> 1 --> 6
                    let a = 1; let a = 2 --> Variable "a" has already been declared --> 1 --> 16
                    import x from 'y' --> Expected an operand but found import --> 1 --> 1
                    await 1 --> await is only valid in async functions and the top level bodies of modules --> 1 --> 1
                    """)
    default void aSyntaxErrorHasItsPlace(String source, String message, int line, int column) {
        JsonNode data = Plays.data(scriptError(source));
        assertThat(data.path("name").asText()).isEqualTo("SyntaxError");
        assertThat(data.path("message").asText()).isEqualTo(message);
        assertThat(data.path("line").asInt()).isEqualTo(line);
        assertThat(data.path("column").asInt()).isEqualTo(column);
        assertThat(data.path("stack").asText()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    throw 42 --> number --> 42
                    throw 'text' --> string --> text
                    throw null --> null --> null
                    throw undefined --> undefined --> undefined
                    throw 1n --> bigint --> 1
                    throw Symbol('s') --> symbol --> a symbol
                    throw {} --> object --> {}
                    throw {message: 'm'} --> object --> m
                    throw {a: [1, () => 1]} --> object --> {"a":[1,"[a function]"]}
                    throw {name: 'MyError', message: 'm'} --> MyError --> m
                    throw (() => 1) --> function --> "[a function]"
                    Promise.reject(Object.assign(new Error(''), {name: 'Own'})) --> Own --> ''
                    throw Object.assign(new Error('m'), {name: 5}) --> object --> m
                    let n = 0; throw {get name() { return n++ ? {} : 'x' }, message: 'm'} --> x --> m
                    """)
    default void anythingCanBeThrown(String source, String name, String message) {
        JsonNode data = Plays.data(scriptError(source));
        assertThat(data.path("name").asText()).isEqualTo(name);
        assertThat(data.path("message").asText()).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "throw new (class extends Error { get name() { throw 1 } get message() { throw 2 } })()",
                "throw new Proxy({}, {get() { throw 1 }, getPrototypeOf() { throw 2 }})",
                "let { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
                "throw {get message() { return this.message }}",
                "let n = 0; throw {get name() { return n++ ? {toString() { throw 1 }} : 'x' }, message: 'm'}",
                "let n = 0; throw {get message() { return n++ ? {toString() { throw 1 }} : 'x' }}",
                "throw {toString() { throw 1 }, toJSON() { throw 2 }}",
                "Promise.reject({toString() { throw 5 }})",
                "Error.prepareStackTrace = () => { throw 7 }; null.x",
            })
    default void anErrorThatResistsIsDescribedAllTheSame(String source) {
        CircleException failure = scriptError(source);
        assertThat(failure).hasMessageStartingWith("Execution Error: ");
        assertThat(Plays.data(failure).path("message").isTextual()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "throw {get message() { for (;;); }}",
                "throw new Proxy({}, {get() { for (;;); }})",
                "throw {toJSON() { for (;;); }}",
                "Promise.reject({then: 1, get name() { for (;;); }})"
            })
    default void describingAnErrorIsUnderTheSameLimits(String source) {
        assertThat(failure(source, Plays.wall(150)).code())
                .isIn(ErrorCode.SCRIPT_TIMEOUT, ErrorCode.SCRIPT_ERROR);
    }

    @Test
    default void whatIsSaidOfAnErrorIsBounded() {
        CircleException failure =
                scriptError(
                        """
                        const name = 'n'.repeat(1e5);
                        const f = {[name](n) { if (n) f[name](n - 1); else throw Object.assign(new Error('m'.repeat(1e5)), {name}) }};
                        f[name](100)
                        """);
        assertThat(failure.error().toString()).hasSizeLessThan(20_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null.x",
                "import('x')",
                "import('./x/../y.mjs')",
                "[1].map(() => { throw new Error('in map') })",
                "JSON.parse('{')",
                "new RegExp('(')",
                "console.log({get a() { throw new Error('in console') }})",
                "({get a() { throw new Error('in conversion') }})",
                "eval('throw new Error(1)')",
                "eval('let 1')",
                "new Function('}')",
                "new Uint8Array(1e15)",
                "Promise.reject(1)",
                "//# sourceURL=/etc/passwd\nnull.f()",
                "() => 1",
                "CIRCLE_PUBLIC_KEY.x.y",
            })
    default void nothingOfTheHostIsTold(String source) {
        assertThat(scriptError(source).error().toString())
                .doesNotContainPattern(
                        "(?i)java|graal|truffle|polyglot|\\.jar|prelude|/etc|/home|/root")
                .doesNotContain("io.circles", "org.", "com.");
    }
}
