package io.circles.server;

import io.circles.script.ScriptExecutor;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.transcript.Cast;

/// Circles as tests want them: on any free port of the loopback.
final class TestCircles {
    private TestCircles() {}

    static CircleConfig.Builder circle() {
        return CircleConfig.builder("test", Cast.CIRCLE.pair()).port(0);
    }

    static ScriptExecutor scripts() {
        return new GraalScriptExecutor(2, 100);
    }
}
