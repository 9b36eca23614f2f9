package io.circles.server.circle;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptRunner;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.TestEndpoints;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The transcripts without a network.
class CircleMethodsTest extends CircleTranscripts {
    private static ScriptExecutor executor;

    @BeforeAll
    static void start() {
        executor = new GraalScriptExecutor(2, 100);
    }

    @AfterAll
    static void stop() {
        executor.close();
    }

    @Override
    protected Conversation connect() {
        MethodRegistry methods =
                CircleMethods.of(
                        Cast.CIRCLE.pair().publicKey(),
                        new ScriptRunner(executor, InstantSource.system()),
                        ScriptLimits.DEFAULTS,
                        8);
        return TestEndpoints.endpoint(methods, Cast.CIRCLE);
    }
}
