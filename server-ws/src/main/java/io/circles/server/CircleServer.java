package io.circles.server;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptRunner;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.circle.CircleMethods;
import io.circles.server.circle.CircleScripts;
import io.circles.server.event.Deliveries;
import io.circles.server.event.Events;
import io.circles.server.event.Subscriptions;
import io.circles.server.rpc.ConnectionDevice;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.RpcEndpoint;
import io.circles.server.rpc.RpcLimits;
import io.circles.server.session.Origin;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.session.SessionRules;
import io.circles.server.sigsocket.ScriptRequests;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.SignLimits;
import io.circles.server.store.AuditLog;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.Connection;
import io.circles.server.transport.ConnectionLimits;
import io.circles.server.transport.Connections;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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

    /// What runs scripts may start with the host; the functions of a circle wait for it.
    private static final Duration FIRST_WORKER = Duration.ofSeconds(60);

    private final CircleConfig config;
    private final ScriptExecutor executor;
    private final Origins origins;
    private final SessionContext sessions;
    private final DataFolder data;
    private final Events events;
    private final StateStore store;
    private final CircleScripts scripts;
    private final ServerStore kept;
    private final AuditLog audit;
    private final SigSocket sigSocket;
    private final ScriptRequests scriptRequests;
    private final MethodRegistry methods;
    private final Connections connections;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Consumer<CircleServer> onClose;

    CircleServer(
            CircleConfig config,
            Origins origins,
            CircleHost.Shared shared,
            Consumer<CircleServer> onClose)
            throws IOException {
        this.config = config;
        this.executor = shared.executor();
        this.origins = origins;
        this.sessions =
                new SessionContext(
                        config.key(),
                        config.members(),
                        config.access(),
                        sessionRules(config.limits()),
                        shared.clock(),
                        shared.random());
        this.data = DataFolder.of(config);
        this.events = new Events(shared.threads());
        this.store =
                new StateStore(
                        data.state(),
                        config.limits().get(Limit.STATE),
                        shared.writers(),
                        shared.clock(),
                        this::committed);
        this.scripts =
                new CircleScripts(
                        new ScriptRunner(shared.executor(), store, shared.random()),
                        environment(config, store),
                        config.limits().script());
        this.kept =
                new ServerStore(
                        data.server(), config.key().publicKey(), shared.writers(), shared.clock());
        this.audit = new AuditLog(kept, config.key(), shared.timer(), shared.threads());
        SignStore signs = new SignStore(kept, audit);
        this.sigSocket =
                new SigSocket(
                        config.key().publicKey(),
                        signLimits(config.limits()),
                        signs,
                        shared.timer(),
                        shared.threads(),
                        shared.clock(),
                        (state, took) -> {});
        this.scriptRequests =
                ScriptRequests.of(sigSocket, signs, store, scripts::signed, shared.timer());
        this.methods =
                CircleMethods.of(
                        config.key().publicKey(),
                        scripts,
                        store,
                        config.limits().count(Limit.RUNS));
        this.connections = new Connections(config.limits().count(Limit.CONNECTIONS));
        this.onClose = onClose;
    }

    private void committed(List<LoggedEffect> effects) {
        events.committed(effects);
        scriptRequests.committed(effects);
    }

    private static ScriptEnvironment environment(CircleConfig config, StateStore store) {
        return new ScriptEnvironment(
                config.key().publicKey(),
                config.name(),
                Optional.empty(),
                config.handlers(),
                Optional.of(store.url()),
                config.httpAllow(),
                config.secrets());
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

    private static SignLimits signLimits(Limits limits) {
        return new SignLimits(
                limits.count(Limit.SIGN_PENDING),
                limits.count(Limit.SIGN_PENDING_ALL),
                limits.count(Limit.SIGN_REQUESTS),
                limits.get(Limit.SIGN_MESSAGE),
                limits.time(Limit.SIGN_TTL_MS));
    }

    /// Loads the circle's module and runs its `onStart`, before anybody can connect. When that
    /// fails, nothing of the circle is left open.
    ///
    /// @throws CircleException if the module cannot be loaded or `onStart` fails
    void start() throws InterruptedException {
        boolean started = false;
        try {
            if (config.module().isPresent()) {
                var _ = executor.awaitReady(FIRST_WORKER);
                scripts.start(config.module().get());
            }
            scriptRequests.start();
            started = true;
        } finally {
            if (!started) {
                closeFiles();
                stopped.countDown();
            }
        }
    }

    /// Takes another module for its own functions. Calls in flight end with the old one, all later
    /// ones get the new one; the module's `onStart` is not run. Any thread; blocks while the module
    /// is loaded.
    ///
    /// @throws CircleException if it cannot be loaded, with file, line and column in the message;
    ///     then the old one stays
    public void reload(CircleModule module) throws InterruptedException {
        scripts.reload(module);
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

    /// Asks the holders of keys for signatures.
    public SigSocket sigSocket() {
        return sigSocket;
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
                connections, connectionLimits(limits), connection -> endpoint(connection, dialled));
    }

    private RpcEndpoint endpoint(Connection connection, Origin dialled) {
        Limits limits = config.limits();
        long outbox = limits.get(Limit.OUTBOX);
        Deliveries deliveries = new Deliveries(connection, outbox);
        return new RpcEndpoint(
                methods,
                new Session(sessions, dialled),
                rpcLimits(limits),
                connection,
                new Subscriptions(events, limits.count(Limit.SUBSCRIPTIONS), deliveries, outbox),
                new ConnectionDevice(sigSocket, deliveries));
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
            closeFiles();
            stopped.countDown();
            LOG.atInfo().addKeyValue("circle", config.name()).log("stopped");
        }
    }

    private void closeFiles() {
        try (data;
                store;
                kept;
                audit;
                scriptRequests;
                sigSocket) {
            LOG.atDebug().addKeyValue("circle", config.name()).log("closing its files");
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("circle", config.name())
                    .setCause(e)
                    .log("the circle's files were not closed");
        }
    }
}
