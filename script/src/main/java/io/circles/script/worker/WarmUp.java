package io.circles.script.worker;

import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptTask;
import java.util.List;
import java.util.Set;

/// Plays that make a JVM compile what every play needs. Thread-safe.
final class WarmUp {
    /// The generator of the curve: a key that nobody holds.
    private static final PublicKey NOBODY =
            PublicKey.parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");

    private static final ScriptEnvironment NOWHERE = ScriptEnvironment.of(NOBODY, "warm-up");
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

    /// Plays one of them.
    ///
    /// @param number any, one after the other
    void play(int number) throws InterruptedException {
        String source = SOURCES.get(Math.floorMod(number, SOURCES.size()));
        var _ =
                executor.execute(
                        new ScriptJob(
                                "warm-up",
                                NOWHERE,
                                Caller.anonymous(),
                                Set.of(),
                                new ScriptTask.Play(source),
                                Json.object().put("n", number),
                                LIMITS));
    }
}
