package io.circles.server.circle;

import io.circles.script.ScriptExecutor;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.transcript.CircleTranscripts;
import io.circles.server.transcript.Conversation;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The transcripts without a network.
class CircleMethodsTest extends CircleTranscripts {
    private static ScriptExecutor executor;
    private static DirectCircle circle;

    @BeforeAll
    static void start(@TempDir Path folder) {
        executor = new GraalScriptExecutor(2, 100);
        circle = new DirectCircle(executor, folder);
    }

    @AfterAll
    static void stop() {
        circle.close();
        executor.close();
    }

    @Override
    protected Conversation connect() {
        return circle.connect();
    }
}
