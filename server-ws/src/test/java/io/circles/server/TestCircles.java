package io.circles.server;

import io.circles.script.ScriptExecutor;
import io.circles.script.engine.GraalScriptExecutor;
import io.circles.server.transcript.Cast;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Circles as tests want them: on any free port of the loopback.
final class TestCircles {
    private TestCircles() {}

    static CircleConfig.Builder circle() {
        return circle(Cast.CIRCLE);
    }

    static CircleConfig.Builder circle(Cast who) {
        return CircleConfig.builder("test", who.pair()).port(0);
    }

    /// One with another limit than the default.
    static CircleConfig limited(Limit limit, long value) {
        return circle().limits(Limits.DEFAULTS.with(limit, value)).build();
    }

    static ScriptExecutor scripts() {
        return new GraalScriptExecutor(2, 100);
    }

    /// Where a circle listens.
    static InetSocketAddress address(CircleServer circle) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), circle.url().getPort());
    }

    /// How clients name that address.
    static String host(CircleServer circle) {
        return circle.url().getAuthority();
    }
}
