package io.circles.server.circle;

import io.circles.script.CircleModule;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptLimits;
import io.circles.script.ScriptRunner;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.StateStore;
import io.circles.server.event.Events;
import io.circles.server.rpc.MethodRegistry;
import io.circles.server.rpc.TestEndpoints;
import io.circles.server.session.Access;
import io.circles.server.session.Members;
import io.circles.server.session.Session;
import io.circles.server.store.HookStore;
import io.circles.server.store.ServerStore;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.webhook.TestMeter;
import io.circles.server.webhook.WebhookLimits;
import io.circles.server.webhook.Webhooks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/// A circle without a network, of which Bob is a member; with a module it has been started.
public final class DirectCircle implements AutoCloseable {
    /// Who belongs to it.
    public static final Members MEMBERS =
            new Members(Set.of(), Map.of(Cast.BOB.pair().publicKey(), List.of("staff")));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);
    private final StateStore store;
    private final Events events;
    private final CircleScripts scripts;
    private final ServerStore kept;
    private final Webhooks webhooks;
    private final MethodRegistry methods;

    /// @param folder for its state
    public DirectCircle(ScriptExecutor executor, Path folder) {
        this.store =
                new StateStore(
                        folder.resolve("state.db"),
                        1 << 30,
                        writers,
                        InstantSource.system(),
                        this::committed);
        this.events = new Events(threads, writers, store);
        this.scripts =
                new CircleScripts(
                        new ScriptRunner(executor, store, new Random(1)),
                        ScriptEnvironment.of(Cast.CIRCLE.pair().publicKey(), "test")
                                .withState(store.url()),
                        ScriptLimits.DEFAULTS);
        this.kept =
                new ServerStore(
                        folder.resolve(ServerStore.FILE),
                        Cast.CIRCLE.pair().publicKey(),
                        writers,
                        InstantSource.system());
        this.webhooks =
                new Webhooks(
                        "test",
                        List.of(),
                        new HookStore(kept, 1 << 20),
                        scripts::webhook,
                        new WebhookLimits(
                                1 << 20, Duration.ofSeconds(1), 1, 1, Duration.ofSeconds(1)),
                        new TestMeter(),
                        writers,
                        InstantSource.system());
        this.methods =
                CircleMethods.of(Cast.CIRCLE.pair().publicKey(), scripts, store, webhooks, 8);
    }

    private void committed(List<LoggedEffect> effects) {
        events.committed(effects);
    }

    /// Starts it with that module.
    public DirectCircle start(CircleModule module) {
        try {
            scripts.reload(module);
            scripts.onStart();
            return this;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// What can be called.
    public MethodRegistry methods() {
        return methods;
    }

    /// A new connection.
    public DirectConversation connect() {
        return connect(
                TestEndpoints.session(Cast.CIRCLE, MEMBERS, Access.DEFAULTS),
                new ScheduledThreadPoolExecutor(1));
    }

    /// A new connection.
    ///
    /// @param timer says when the session ends
    public DirectConversation connect(Session session, ScheduledExecutorService timer) {
        return TestEndpoints.endpoint(methods, session, TestEndpoints.LIMITS, timer, events);
    }

    @Override
    public void close() {
        webhooks.close();
        kept.close();
        store.close();
        writers.shutdownNow();
        threads.shutdownNow();
    }
}
