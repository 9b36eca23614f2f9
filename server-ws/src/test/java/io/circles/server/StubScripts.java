package io.circles.server;

import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptJob;
import io.circles.script.ScriptOutcome;
import io.circles.script.ScriptResult;
import io.circles.script.ScriptTask;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// Scripts that are their own result, but for `wait`, which ends when the test says so.
public final class StubScripts implements ScriptExecutor {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    public ScriptOutcome execute(ScriptJob job) throws InterruptedException {
        String source = ((ScriptTask.Play) job.task()).source();
        if (source.equals("wait")) {
            waitForTheEnd();
        }
        if (source.equals("boom")) {
            throw new CircleException(ErrorCode.SCRIPT_ERROR);
        }
        return ScriptOutcome.of(
                new ScriptResult(
                        source, Json.text(source), List.of(), new CircleApi.Usage(0, 0, 0)));
    }

    private void waitForTheEnd() throws InterruptedException {
        events.add("waits");
        try {
            end.await();
        } catch (InterruptedException e) {
            events.add("interrupted");
            throw e;
        }
    }

    /// Waits until something has happened so many times: `waits` or `interrupted`.
    public void awaitThat(String event, int times) {
        await().until(() -> times(event) == times);
    }

    /// How often something has happened.
    public long times(String event) {
        return events.stream().filter(event::equals).count();
    }

    /// Lets every `wait` end.
    public void end() {
        end.countDown();
    }

    @Override
    public String description() {
        return "a test's";
    }

    @Override
    public void close() {
        end.countDown();
    }
}
