package io.circles.server.rpc;

import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Origin;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.session.SessionRules;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/// Endpoints without a network.
public final class TestEndpoints {
    /// Generous enough for every transcript.
    public static final RpcLimits LIMITS =
            new RpcLimits(100, 25_000_000, 4 << 20, 32, 256, 4 << 20);

    private TestEndpoints() {}

    /// One with those methods, to be talked to.
    public static DirectConversation endpoint(MethodRegistry methods, Cast circle) {
        return endpoint(methods, circle, LIMITS);
    }

    /// One with those methods and bounds, to be talked to.
    public static DirectConversation endpoint(
            MethodRegistry methods, Cast circle, RpcLimits limits) {
        return endpoint(methods, session(circle), limits, new ScheduledThreadPoolExecutor(1));
    }

    /// One with those methods and bounds, to be talked to.
    ///
    /// @param session who talks
    /// @param timer says when the session ends
    public static DirectConversation endpoint(
            MethodRegistry methods,
            Session session,
            RpcLimits limits,
            ScheduledExecutorService timer) {
        return new DirectConversation(
                timer,
                (connection, threads) ->
                        new RpcEndpoint(methods, session, limits, threads, connection));
    }

    static Session session(Cast circle) {
        SessionContext sessions =
                new SessionContext(
                        circle.pair(),
                        Members.NONE,
                        Access.DEFAULTS,
                        new SessionRules(Duration.ofHours(1), Duration.ofMinutes(1), 5, 20),
                        InstantSource.system(),
                        new SecureRandom());
        return new Session(sessions, Origin.parse("ws://127.0.0.1:9001"));
    }
}
