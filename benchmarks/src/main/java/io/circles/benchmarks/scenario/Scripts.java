package io.circles.benchmarks.scenario;

import io.circles.benchmarks.load.Answer;
import io.circles.benchmarks.load.Mix;
import io.circles.benchmarks.load.Request;
import io.circles.protocol.Json;
import java.util.List;

/// What is sent.
final class Scripts {
    private static final Request PROBE =
            Request.play(
                    """
                    let clean = Object.prototype.polluted === undefined && typeof leaked === 'undefined'
                        && [5].at(0) === 5 && JSON.stringify({}) === '{}';
                    Object.prototype.polluted = 1;
                    globalThis.leaked = 1;
                    Array.prototype.at = () => 1;
                    JSON.stringify = () => 'polluted';
                    clean ? 'clean' : 'reused'
                    """,
                    Answer.output("clean"));

    private Scripts() {}

    /// The trivial play. A second one in the same context would fail: x is declared already.
    static Request trivial() {
        return Request.play("let x = 10; x * 2", Answer.output("20"));
    }

    /// Trivial plays, between them the probe: it pollutes all it can reach and fails where another
    /// play has done so.
    static Mix plays() {
        return Mix.probed(trivial(), PROBE);
    }

    static Mix fibonacci() {
        String script = "const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2); fib(25)";
        return Mix.probed(Request.play(script, Answer.output("75025")), PROBE);
    }

    /// The trivial call, of a function that is warm.
    static Request call() {
        return Request.call("add", Json.object().put("a", 19).put("b", 23), Answer.output("42"));
    }

    /// Loops and allocation bombs; any answer will do.
    static Mix flood() {
        return Mix.inTurn(
                List.of(
                        attack("for (;;);"),
                        attack("const kept = []; for (;;) kept.push(new Array(1e5).fill(1));"),
                        attack("(async () => { for (;;) await 0; })()"),
                        attack("let text = 'x'; for (;;) text += text;"),
                        attack("'x'.repeat(5e8).split('')")));
    }

    static Request attack(String script) {
        return Request.play(script, Answer.any());
    }
}
