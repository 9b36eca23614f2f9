package io.circles.script.redis;

import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts what it is asked to run, and says 7.
final class CountingExecutor implements ScriptExecutor {
    static final ScriptResult RESULT =
            new ScriptResult("7", Json.tree(7), List.of(), new CircleApi.Usage(1, 1, 1));

    final AtomicInteger runs = new AtomicInteger();
    private volatile @Nullable Error failure;
    private volatile ScriptResult result = RESULT;

    /// From now on.
    void failsWith(Error error) {
        failure = error;
    }

    /// From now on.
    void says(ScriptResult what) {
        result = what;
    }

    @Override
    public ScriptOutcome execute(ScriptJob job) {
        runs.incrementAndGet();
        Error error = failure;
        if (error != null) {
            throw error;
        }
        return ScriptOutcome.of(result);
    }

    @Override
    public String description() {
        return "counting";
    }

    @Override
    public void close() {}
}
