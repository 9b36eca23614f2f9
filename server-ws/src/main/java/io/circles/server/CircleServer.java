package io.circles.server;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptRunner;
import io.circles.script.bus.Bus;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.SocketEndpoint.Dialled;
import io.circles.server.circle.CircleMethods;
import io.circles.server.circle.CircleScripts;
import io.circles.server.circle.StartHandler;
import io.circles.server.event.Bells;
import io.circles.server.event.Deliveries;
import io.circles.server.event.Events;
import io.circles.server.event.Subscriptions;
import io.circles.server.metrics.CircleMetrics;
import io.circles.server.metrics.CountedScripts;
import io.circles.server.mpc.MpcRelay;
import io.circles.server.mpc.RelayLimits;
import io.circles.server.mpc.RelayNodes;
import io.circles.server.rpc.ConnectionDevice;
import io.circles.server.rpc.ConnectionRelay;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.RpcEndpoint;
import io.circles.server.session.Session;
import io.circles.server.session.SessionContext;
import io.circles.server.sigsocket.ScriptRequests;
import io.circles.server.sigsocket.SigSocket;
import io.circles.server.store.AuditLog;
import io.circles.server.store.HookStore;
import io.circles.server.store.RelayStore;
import io.circles.server.store.ServerStore;
import io.circles.server.store.SignStore;
import io.circles.server.transport.Connection;
import io.circles.server.webhook.Webhooks;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One circle that is being served: its composition root. Made by [CircleHost#mount]. Thread-safe.
public final class CircleServer implements AutoCloseable {
    /// The file of a circle's state in its folder, where no database has it.
    public static final String STATE_FILE = "state.db";

    /// What runs scripts may start with the host; before a circle with functions is served, it is
    /// waited for so long, and no longer for the circles after it.
    public static final Duration FIRST_WORKER = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(CircleServer.class);

    private final CircleConfig config;
    private final FirstWorker firstWorker;
    private final Bus bus;
    private final Origins origins;
    private final SessionContext sessions;
    private final CircleMetrics metrics;
    private final DataFolder data;
    private final StateStore store;
    private final Events events;
    private final Bells bells;
    private final CircleScripts scripts;
    private final StartHandler startHandler;
    private final ServerStore kept;
    private final AuditLog audit;
    private final SigSocket sigSocket;
    private final ScriptRequests scriptRequests;
    private final Webhooks webhooks;
    private final MpcRelay relay;
    private final RelayNodes relayNodes;
    private final MethodRegistry methods;
    private final Entrances entrances;
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
        this.firstWorker = shared.firstWorker();
        this.bus = shared.bus();
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
        this.store = store(config, data, shared, this::committed);
        this.events = new Events(shared.threads(), shared.timer(), store);
        this.scripts =
                new CircleScripts(
                        new ScriptRunner(
                                new CountedScripts(shared.executor(), metrics),
                                store,
                                shared.random()),
                        environment(config, store),
                        config.limits().script());
        this.startHandler =
                new StartHandler(config.name(), scripts, shared.threads(), shared.timer());
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
        this.webhooks =
                new Webhooks(
                        config.name(),
                        config.webhooks(),
                        new HookStore(kept, config.limits().get(Limit.WEBHOOK_STORE)),
                        scripts::webhook,
                        config.limits().webhooks(),
                        metrics,
                        shared.timer(),
                        shared.clock());
        RandomIds ids = new RandomIds(shared.random());
        this.relay =
                new MpcRelay(
                        relayLimits(config, shared.bus()),
                        new RelayStore(kept),
                        ids,
                        shared.timer(),
                        shared.threads(),
                        shared.clock());
        this.relayNodes =
                new RelayNodes(
                        relay,
                        shared.bus(),
                        config.key().publicKey(),
                        key -> mayTakePart(config, key),
                        shared.timer(),
                        shared.threads());
        this.methods =
                CircleMethods.of(
                        config.key().publicKey(),
                        scripts,
                        store,
                        webhooks,
                        config.limits().count(Limit.RUNS));
        this.entrances =
                new Entrances(
                        config,
                        this::endpoint,
                        sigSocket,
                        relay,
                        webhooks.routes(),
                        ids,
                        shared.clock());
        this.metrics.watch(entrances.connections());
        this.metrics.watch(sigSocket);
        this.metrics.watch(relay);
        this.onClose = onClose;
        this.bells =
                new Bells(
                        shared.bus(),
                        config.key().publicKey(),
                        events,
                        shared.timer(),
                        shared.states().isPresent());
    }

    private static StateStore store(
            CircleConfig config,
            DataFolder data,
            CircleHost.Shared shared,
            Consumer<List<LoggedEffect>> committed) {
        long most = config.limits().get(Limit.STATE);
        return shared.states()
                .map(
                        states ->
                                states.store(
                                        config.key().publicKey(),
                                        most,
                                        shared.writers(),
                                        shared.clock(),
                                        committed))
                .orElseGet(
                        () ->
                                new StateStore(
                                        data.state(),
                                        most,
                                        shared.writers(),
                                        shared.clock(),
                                        committed));
    }

    private static RelayLimits relayLimits(CircleConfig config, Bus bus) {
        RelayLimits limits = config.limits().relay(config.mpc().grace());
        return bus == Bus.alone() ? limits : limits.shared();
    }

    private static boolean mayTakePart(CircleConfig config, PublicKey key) {
        return config.access()
                .of(config.members().rank(config.key().publicKey(), key))
                .contains(Capability.RELAY);
    }

    private void committed(List<LoggedEffect> effects) {
        scriptRequests.committed(effects);
        if (effects.isEmpty()) {
            // perhaps there are some: nobody knows whether the commit was made
            events.check();
            return;
        }
        events.committed(effects);
        bells.ring(effects.getLast().number());
    }

    private static ScriptEnvironment environment(CircleConfig config, StateStore store) {
        return new ScriptEnvironment(
                config.key().publicKey(),
                config.name(),
                Optional.empty(),
                Stream.concat(
                                config.handlers().stream(),
                                config.webhooks().stream()
                                        .flatMap(webhook -> webhook.functions().stream()))
                        .collect(Collectors.toSet()),
                Optional.of(store.url()),
                config.httpAllow(),
                config.secrets());
    }

    /// Loads the circle's module and runs its `onStart`, before anybody can connect. When that
    /// fails, nothing of the circle is left open.
    ///
    /// @throws CircleException if the module cannot be loaded or `onStart` throws
    void start() throws InterruptedException {
        boolean started = false;
        try {
            if (config.module().isPresent()) {
                firstWorker.await();
                scripts.reload(config.module().get());
                startHandler.run();
            }
            warnOfMissingHandlers();
            sigSocket.join(bus, scriptRequests::look);
            scriptRequests.start();
            webhooks.start();
            relay.start();
            relayNodes.start();
            started = true;
        } finally {
            if (!started) {
                closeFiles();
                metrics.close();
                stopped.countDown();
            }
        }
    }

    /// Takes another module for its own functions. Calls in flight end with the old one, all
    /// later ones get the new one; the module's `onStart` is not run. Any thread; blocks while
    /// the module is loaded.
    ///
    /// @throws CircleException if it cannot be loaded, with file, line and column in the message;
    ///     then the old one stays
    public void reload(CircleModule module) throws InterruptedException {
        scripts.reload(module);
        warnOfMissingHandlers();
    }

    /// Events without a handler are kept, which may not be what was meant.
    private void warnOfMissingHandlers() {
        config.webhooks().stream()
                .flatMap(webhook -> webhook.needed().stream())
                .distinct()
                .filter(function -> !scripts.exports(function))
                .forEach(
                        function ->
                                LOG.atWarn()
                                        .addKeyValue("circle", config.name())
                                        .addKeyValue("function", function)
                                        .log("is not exported, so webhooks' events are only kept"));
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
        return entrances.connections().size();
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

    Entrances entrances() {
        return entrances;
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
                new ConnectionRelay(relayNodes, deliveries, connection),
                metrics);
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
            relay.stop();
            entrances.drain(config.limits().time(Limit.DRAIN_MS));
        } finally {
            closeFiles();
            metrics.close();
            stopped.countDown();
            LOG.atInfo().addKeyValue("circle", config.name()).log("stopped");
        }
    }

    private void closeFiles() {
        startHandler.close();
        try (data;
                store;
                bells;
                kept;
                audit;
                webhooks;
                scriptRequests;
                sigSocket;
                relay;
                relayNodes) {
            LOG.atDebug().addKeyValue("circle", config.name()).log("closing its files");
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("circle", config.name())
                    .setCause(e)
                    .log("the circle's files were not closed");
        }
    }
}
