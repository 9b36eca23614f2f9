package io.circles.server.circle;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Caller;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptRunner;
import io.circles.script.ScriptTask;
import io.circles.server.rpc.Call;
import io.circles.server.session.Identity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Running scripts.
final class ScriptMethods {
    private final PublicKey circle;
    private final ScriptRunner scripts;
    private final ScriptLimits limits;

    ScriptMethods(PublicKey circle, ScriptRunner scripts, ScriptLimits limits) {
        this.circle = circle;
        this.scripts = scripts;
        this.limits = limits;
    }

    CircleApi.Played play(Call call, CircleApi.Play params) throws InterruptedException {
        ScriptJob job =
                new ScriptJob(
                        UUID.randomUUID().toString(),
                        ScriptEnvironment.of(circle, "circle"),
                        caller(call.identity()),
                        call.session().capabilities(call.identity()),
                        new ScriptTask.Play(params.script()),
                        params.args(),
                        within(params.timeoutMs()));
        ScriptResult result = scripts.run(job, params.idempotencyKey());
        return new CircleApi.Played(result.output(), result.value(), result.logs(), result.usage());
    }

    private ScriptLimits within(@Nullable Long timeoutMs) {
        if (timeoutMs == null) {
            return limits;
        }
        if (timeoutMs < 1) {
            throw CircleException.invalidParam(
                    "timeout_ms", "timeout_ms is 1 or more milliseconds");
        }
        return limits.withWallMs(timeoutMs);
    }

    private static Caller caller(Identity identity) {
        return identity instanceof Identity.Proven proven
                ? Caller.of(proven.key())
                : Caller.anonymous();
    }
}
