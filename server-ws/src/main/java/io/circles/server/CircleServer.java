package io.circles.server;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptRunner;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.SigSocketConfig.Legacy;
import io.circles.server.SocketEndpoint.Dialled;
import io.circles.server.circle.CircleMethods;
import io.circles.server.circle.CircleScripts;
import io.circles.server.event.Deliveries;
import io.circles.server.event.Events;
import io.circles.server.event.Subscriptions;
import io.circles.server.metrics.CircleMetrics;
import io.circles.server.metrics.CountedScripts;
import io.circles.server.rpc.ConnectionDevice;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.RpcEndpoint;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.sigsocket.ScriptRequests;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.sigsocket.original.SigEndpoint;
import io.circles.server.sigsocket.original.SigFrame;
import io.circles.server.sigsocket.original.SignRoutes;
import io.circles.server.store.AuditLog;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transport.Admission.Admitted;
import io.circles.server.transport.Connection;
import io.circles.server.transport.Connections;
import io.circles.server.transport.Route;
import io.circles.server.transport.RoutesInFlight;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One circle that is being served: its composition root. Made by [CircleHost#mount]. Thread-safe.
public final class CircleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CircleServer.class);

    /// What runs scripts may start with the host; the functions of a circle wait for it.
    private static final Duration FIRST_WORKER = Duration.ofSeconds(60);

    private final CircleConfig config;
    private final ScriptExecutor executor;
    private final Origins origins;
    private final SessionContext sessions;
    private final CircleMetrics metrics;
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
    private final RoutesInFlight routesInFlight;
    private final Map<String, SocketEndpoint> sockets;
    private final HttpRoutes routes;
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
                        config.limits().session(),
                        shared.clock(),
                        shared.random());
        this.metrics = new CircleMetrics(shared.metrics(), config.name());
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
                        new ScriptRunner(
                                new CountedScripts(executor, metrics), store, shared.random()),
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
                        config.limits().sign(),
                        signs,
                        shared.timer(),
                        shared.threads(),
                        shared.clock(),
                        metrics);
        this.scriptRequests =
                ScriptRequests.of(
                        sigSocket, signs, store, scripts::signed, shared.timer(), shared.clock());
        this.methods =
                CircleMethods.of(
                        config.key().publicKey(),
                        scripts,
                        store,
                        config.limits().count(Limit.RUNS));
        this.connections = new Connections(config.limits().count(Limit.CONNECTIONS));
        this.metrics.watch(connections);
        this.metrics.watch(sigSocket);
        this.routesInFlight = new RoutesInFlight(config.limits().count(Limit.CONNECTIONS));
        this.sockets = sockets(config.sigSocket());
        this.routes =
                new HttpRoutes(
                        sockets.keySet().stream(),
                        config.sigSocket().hasRoutes() ? signRoutes(shared.clock()) : List.of(),
                        routesInFlight);
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
                metrics.close();
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

    boolean isStopping() {
        return closed.get();
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

    HttpRoutes routes() {
        return routes;
    }

    /// Whether a WebSocket is at a path below the circle; the empty path is the circle itself.
    boolean hasSocket(String path) {
        return sockets.containsKey(path);
    }

    /// Lets a client in to one of the circle's WebSockets.
    Admitted admit(String path, Dialled dialled) {
        SocketEndpoint socket = Objects.requireNonNull(sockets.get(path));
        return new Admitted(
                connections,
                config.limits().connection(),
                connection -> socket.open(connection, dialled));
    }

    private RpcEndpoint endpoint(Connection connection, Dialled dialled) {
        Limits limits = config.limits();
        long outbox = limits.get(Limit.OUTBOX);
        Deliveries deliveries = new Deliveries(connection, outbox);
        return new RpcEndpoint(
                methods,
                new Session(sessions, dialled.origin()),
                limits.rpc(),
                connection,
                new Subscriptions(events, limits.count(Limit.SUBSCRIPTIONS), deliveries, outbox),
                new ConnectionDevice(sigSocket, deliveries),
                metrics);
    }

    private Map<String, SocketEndpoint> sockets(SigSocketConfig signing) {
        return signing.legacy() instanceof Legacy.Off
                ? Map.of("", this::endpoint)
                : Map.of("", this::endpoint, "ws", this::sigEndpoint);
    }

    private SigEndpoint sigEndpoint(Connection connection, Dialled dialled) {
        SigSocketConfig signing = config.sigSocket();
        SigFrame usual = signing.json() ? SigFrame.JSON : SigFrame.PLAIN;
        SigFrame form = dialled.parameter("format").flatMap(SigFrame::of).orElse(usual);
        return new SigEndpoint(sigSocket, form, signing.legacy()::admits, connection);
    }

    private List<Route> signRoutes(InstantSource clock) {
        SigSocketConfig signing = config.sigSocket();
        return new SignRoutes(
                        sigSocket,
                        signing.tokens(),
                        signing.open(),
                        config.limits().sign(),
                        config.limits().time(Limit.BODY_MS),
                        clock)
                .routes();
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
            drain(config.limits().time(Limit.DRAIN_MS));
        } finally {
            closeFiles();
            metrics.close();
            stopped.countDown();
            LOG.atInfo().addKeyValue("circle", config.name()).log("stopped");
        }
    }

    /// Both at once: a request over HTTP may wait for what comes over a WebSocket.
    private void drain(Duration patience) throws InterruptedException {
        Thread http =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                routesInFlight.drain(patience);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        connections.drain(patience);
        http.join();
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
