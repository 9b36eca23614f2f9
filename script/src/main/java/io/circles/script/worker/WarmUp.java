package io.circles.script.worker;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptTask;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Scripts and functions that make a JVM compile what every run needs. Thread-safe.
final class WarmUp {
    /// The generator of the curve: a key that nobody holds.
    private static final PublicKey NOBODY =
            PublicKey.parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private static final ScriptEnvironment NOWHERE =
            ScriptEnvironment.of(NOBODY, "warm-up")
                    .withModule(
                            CircleModule.of(
                                    "main.js",
                                    Map.of(
                                            "main.js",
                                            "export const step = ({n}) => ({n: n + 1, text: `${n}`})")));

    /// A call takes less time than a play by so much, and is compiled after as many more.
    private static final int CALLS = 8;

    private static final ScriptLimits LIMITS =
            ScriptLimits.DEFAULTS.toBuilder().wallMs(30_000).cpuMs(30_000).build();

    /// What plays do most: little.
    private static final List<String> SOURCES =
            List.of(
                    "args.n * 2",
                    "let sum = 0; for (let i = 0; i < 50; i++) sum += i; ({sum, args})",
                    "(async () => { const n = await args.n; return [n, String(n), {n}] })()",
                    "console.log('n', args); JSON.parse(JSON.stringify(args)).n",
                    "new Map([['a', args.n], ['b', [1, 2, 3].map(x => x + args.n)]])");

    private final ScriptExecutor executor;

    WarmUp(ScriptExecutor executor) {
        this.executor = executor;
    }

    /// Plays one of the scripts, or calls the function a few times, in turns.
    ///
    /// @param number any, one after the other
    void play(int number) throws InterruptedException {
        if (number % 2 == 0) {
            run(
                    number,
                    new ScriptTask.Play(SOURCES.get(Math.floorMod(number / 2, SOURCES.size()))));
            return;
        }
        for (int i = 0; i < CALLS; i++) {
            run(number, new ScriptTask.Call("step"));
        }
    }

    private void run(int number, ScriptTask task) throws InterruptedException {
        var _ =
                executor.execute(
                        new ScriptJob(
                                "warm-up",
                                NOWHERE,
                                Caller.anonymous(),
                                Set.of(),
                                task,
                                "{\"n\":%d}".formatted(number),
                                LIMITS));
    }
}
