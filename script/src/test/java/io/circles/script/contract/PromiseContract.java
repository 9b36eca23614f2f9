package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// When a run ends, and with what, if promises are in play.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface PromiseContract extends Plays {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " --> ",
            textBlock =
                    """
                    Promise.resolve(5) --> 5
                    (async () => { let n = 0; for (let i = 0; i < 100; i++) n += await i; return n })() --> 4950
                    ({then(resolve) { resolve({then: r => r(7)}) }}) --> 7
                    Promise.resolve(Promise.resolve({a: 1})) --> {"a":1}
                    Promise.reject(1).catch(e => e + 1) --> 2
                    Promise.resolve(undefined).then(() => new Map()) --> []
                    let o = {}; Promise.resolve().then(() => { o.late = true }); o --> {"late":true}
                    """)
    default void aPromiseIsAwaited(String source, String output) {
        assertThat(output(source)).isEqualTo(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new Promise(() => {})",
                "(async () => { await new Promise(() => {}) })()",
                "({then() {}})"
            })
    default void aPromiseThatNothingCanSettleFailsAtOnce(String source) {
        assertThat(scriptError(source)).hasMessageContaining("can never settle");
    }

    @Test
    default void aRejectedPromiseFailsTheRunWithItsPlace() {
        var failure = scriptError("async function f() {\n  throw new TypeError('late');\n}\nf()");
        assertThat(failure).hasMessage("Execution Error: TypeError: late");
        assertThat(Plays.data(failure).path("line").asInt()).isEqualTo(2);
    }

    @Test
    default void anUnhandledRejectionFailsTheRun() {
        assertThat(scriptError("Promise.reject(new RangeError('lost')); 1"))
                .hasMessage("Execution Error: RangeError: lost");
        assertThat(scriptError("(async () => { throw 42 })(); 1")).hasMessageContaining("42");
        assertThat(
                        scriptError(
                                "Promise.reject(new RangeError('lost')); Promise.reject(2);"
                                        + " throw3(); async function throw3() { throw 3 }"))
                .hasMessage("Execution Error: RangeError: lost");
        assertThat(scriptError("({toJSON() { Promise.reject(new Error('in toJSON')); return 1 }})"))
                .hasMessage("Execution Error: Error: in toJSON");
    }

    @Test
    default void aRejectionThatIsHandledLaterInTheSameRunIsFine() {
        assertThat(output("let p = Promise.reject(1); p.catch(() => {}); 'fine'"))
                .isEqualTo("fine");
    }
}
