package io.circles.server.rpc;

import io.circles.server.event.Deliveries;
import io.circles.server.event.Events;
import io.circles.server.event.Subscriptions;
import io.circles.server.event.TestEvents;
import io.circles.server.mpc.Relays;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Origin;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.session.SessionRules;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SigSockets;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transport.Connection;
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

    /// How many subscriptions a connection may have.
    public static final int SUBSCRIPTIONS = 3;

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
        return endpoint(methods, session, limits, timer, TestEvents.none(timer));
    }

    /// One with those methods and bounds, to be talked to.
    ///
    /// @param timer says when the session ends
    /// @param events what its subscriptions are told of
    public static DirectConversation endpoint(
            MethodRegistry methods,
            Session session,
            RpcLimits limits,
            ScheduledExecutorService timer,
            Events events) {
        return endpoint(methods, session, limits, timer, events, SigSockets.unused());
    }

    /// One with those methods and bounds, to be talked to.
    ///
    /// @param timer says when the session ends
    /// @param events what its subscriptions are told of
    /// @param sigSocket asks its device
    public static DirectConversation endpoint(
            MethodRegistry methods,
            Session session,
            RpcLimits limits,
            ScheduledExecutorService timer,
            Events events,
            SigSocket sigSocket) {
        return new DirectConversation(
                timer,
                (connection, _) ->
                        endpoint(methods, session, limits, connection, events, sigSocket));
    }

    private static RpcEndpoint endpoint(
            MethodRegistry methods,
            Session session,
            RpcLimits limits,
            Connection connection,
            Events events,
            SigSocket sigSocket) {
        Deliveries deliveries = new Deliveries(connection, limits.response());
        return new RpcEndpoint(
                methods,
                session,
                limits,
                connection,
                new Subscriptions(events, SUBSCRIPTIONS, deliveries, limits.response()),
                new ConnectionDevice(sigSocket, deliveries),
                new ConnectionRelay(Relays.unusedNodes(), deliveries, connection),
                (method, outcome) -> {});
    }

    static Session session(Cast circle) {
        return session(circle, Members.NONE, Access.DEFAULTS);
    }

    /// A new session.
    public static Session session(Cast circle, Members members, Access access) {
        SessionContext sessions =
                new SessionContext(
                        circle.pair(),
                        members,
                        access,
                        new SessionRules(Duration.ofHours(1), Duration.ofMinutes(1), 5, 20),
                        InstantSource.system(),
                        new SecureRandom());
        return new Session(sessions, Origin.parse("ws://127.0.0.1:9001"));
    }
}
