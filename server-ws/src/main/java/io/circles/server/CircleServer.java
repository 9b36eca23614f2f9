package io.circles.server;

import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptRunner;
import io.circles.server.circle.CircleMethods;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.RpcEndpoint;
import io.circles.server.rpc.RpcLimits;
import io.circles.server.session.Origin;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.session.SessionRules;
import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.ConnectionLimits;
import io.circles.server.transport.Connections;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One circle that is being served: its composition root. Made by [CircleHost#mount]. Thread-safe.
public final class CircleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CircleServer.class);

    /// Requests that are not answered yet may come from this many of the largest frames: JSON takes
    /// many times more memory than its text.
    private static final int UNANSWERED_FRAMES = 4;

    /// Whoever answers pings is never taken for gone, however the two limits are set.
    private static final int PINGS_BEFORE_IDLE = 3;

    private final CircleConfig config;
    private final Origins origins;
    private final Executor threads;
    private final SessionContext sessions;
    private final MethodRegistry methods;
    private final Connections connections;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Consumer<CircleServer> onClose;

    CircleServer(
            CircleConfig config,
            Origins origins,
            CircleHost.Shared shared,
            Consumer<CircleServer> onClose) {
        this.config = config;
        this.origins = origins;
        this.threads = shared.threads();
        this.sessions =
                new SessionContext(
                        config.key(),
                        config.members(),
                        config.access(),
                        sessionRules(config.limits()),
                        shared.clock(),
                        shared.random());
        this.methods = methods(config, shared.scripts());
        this.connections = new Connections(config.limits().count(Limit.CONNECTIONS));
        this.onClose = onClose;
    }

    private static MethodRegistry methods(CircleConfig config, ScriptRunner scripts) {
        return CircleMethods.of(
                config.key().publicKey(),
                scripts,
                config.limits().script(),
                config.limits().count(Limit.RUNS));
    }

    private static SessionRules sessionRules(Limits limits) {
        return new SessionRules(
                limits.time(Limit.SESSION_MS),
                limits.time(Limit.NONCE_MS),
                limits.count(Limit.FAILED_AUTHENTICATIONS),
                limits.count(Limit.NONCES));
    }

    private static ConnectionLimits connectionLimits(Limits limits) {
        Duration idle = limits.time(Limit.IDLE_MS);
        Duration ping = limits.time(Limit.PING_MS);
        Duration longestPing = idle.dividedBy(PINGS_BEFORE_IDLE);
        return new ConnectionLimits(
                limits.get(Limit.MESSAGE),
                limits.get(Limit.OUTBOX),
                ping.compareTo(longestPing) < 0 ? ping : longestPing,
                idle);
    }

    private static RpcLimits rpcLimits(Limits limits) {
        return new RpcLimits(
                limits.count(Limit.BATCH),
                limits.get(Limit.BATCH_RESPONSE),
                limits.get(Limit.OUTBOX),
                limits.count(Limit.IN_FLIGHT),
                limits.count(Limit.QUEUED),
                UNANSWERED_FRAMES * limits.get(Limit.MESSAGE));
    }

    /// What it is made of.
    public CircleConfig config() {
        return config;
    }

    /// Its identity.
    public PublicKey publicKey() {
        return config.key().publicKey();
    }

    /// Where clients reach it: the first of its origins, with its key as the path.
    public URI url() {
        return URI.create(origins.first() + "/" + publicKey().hex());
    }

    /// How many clients are connected.
    public int connections() {
        return connections.size();
    }

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    Origins origins() {
        return origins;
    }

    boolean hasRoom() {
        return connections.hasRoom();
    }

    /// Lets a client in that dialled one of the circle's origins.
    Admitted admit(Origin dialled) {
        Limits limits = config.limits();
        return new Admitted(
                connections,
                connectionLimits(limits),
                connection ->
                        new RpcEndpoint(
                                methods,
                                new Session(sessions, dialled),
                                rpcLimits(limits),
                                threads,
                                connection));
    }

    /// Stops: takes no new connections and requests, lets those in flight finish within the limit
    /// `drain_ms`, cancels the rest, then closes every connection with 1012. Waits until that is
    /// done, whoever began it. No other circle notices.
    @Override
    public void close() {
        try {
            if (closed.compareAndSet(false, true)) {
                stop();
            } else {
                stopped.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() throws InterruptedException {
        try {
            onClose.accept(this);
            connections.drain(config.limits().time(Limit.DRAIN_MS));
        } finally {
            stopped.countDown();
            LOG.atInfo().addKeyValue("circle", config.name()).log("stopped");
        }
    }
}
