package io.circles.server.circle;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.script.Caller;
import io.circles.script.Capability;
import io.circles.script.RunId;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptResult;
import io.circles.server.rpc.Call;
import io.circles.server.session.Identity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Running scripts and calling the circle's functions.
final class ScriptMethods {
    private static final int LONGEST_NAME = 256;

    private final CircleScripts scripts;

    ScriptMethods(CircleScripts scripts) {
        this.scripts = scripts;
    }

    CircleApi.Played play(Call call, CircleApi.Play params) throws InterruptedException {
        CircleScripts.Request request = request(params.script(), params.args(), params.timeoutMs());
        ScriptJob job = scripts.play(caller(call), rights(call), request);
        return played(run(call, job, params.idempotencyKey()), true);
    }

    /// What a function logs is for the circle's operators.
    CircleApi.Played call(Call call, CircleApi.Call params) throws InterruptedException {
        String function = params.function();
        if (function.isEmpty() || function.length() > LONGEST_NAME) {
            throw CircleException.invalidParam(
                    "function", "function has 1 to " + LONGEST_NAME + " characters");
        }
        CircleScripts.Request request = request(function, params.args(), params.timeoutMs());
        ScriptJob job = scripts.call(caller(call), rights(call), request);
        ScriptResult result = run(call, job, params.idempotencyKey());
        return played(result, rights(call).contains(Capability.ADMIN));
    }

    private ScriptResult run(Call call, ScriptJob job, @Nullable String idempotencyKey)
            throws InterruptedException {
        call.reply().goesBeforeEventsOf(RunId.of(job, idempotencyKey).text());
        return scripts.run(job, idempotencyKey);
    }

    private static CircleApi.Played played(ScriptResult result, boolean withLogs) {
        return new CircleApi.Played(
                result.output(),
                result.value(),
                withLogs ? result.logs() : List.of(),
                result.usage());
    }

    private static CircleScripts.Request request(
            String code, @Nullable JsonNode args, @Nullable Long timeoutMs) {
        if (timeoutMs != null && timeoutMs < 1) {
            throw CircleException.invalidParam(
                    "timeout_ms", "timeout_ms is 1 or more milliseconds");
        }
        return new CircleScripts.Request(code, args, Optional.ofNullable(timeoutMs));
    }

    private static Set<Capability> rights(Call call) {
        return call.session().capabilities(call.identity());
    }

    private static Caller caller(Call call) {
        return call.identity() instanceof Identity.Proven proven
                ? Caller.of(proven.key(), proven.rankAndRoles())
                : Caller.anonymous();
    }
}
