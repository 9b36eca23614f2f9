package io.circles.server;

import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.ScriptExecutor;
import io.circles.script.bus.Bus;
import io.circles.script.state.SharedDatabase;
import io.circles.server.metrics.Metrics;
import io.circles.server.transport.WebSockets;
import io.circles.server.transport.WebSockets.Listening;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;

/// The network of one process: carries any number of circles, each on a port of its own or several
/// on a shared one, over one Javalin, one connector and one set of threads. Mounting or closing a
/// circle touches no other.
///
/// Thread-safe. The lock guards which ports are open and which circles are not stopped yet.
public final class CircleHost implements AutoCloseable {

    /// What all circles of a host share.
    ///
    /// @param firstWorker waits for what runs scripts
    /// @param threads one virtual thread for each task
    /// @param writers platform threads that write the circles' states
    /// @param states the database that has them; without one each circle has a file
    /// @param bus to the other hosts of the same circles
    /// @param metrics counts what happens
    record Shared(
            ScriptExecutor executor,
            FirstWorker firstWorker,
            ExecutorService threads,
            ScheduledExecutorService timer,
            ScheduledExecutorService writers,
            Optional<SharedDatabase> states,
            Bus bus,
            InstantSource clock,
            SecureRandom random,
            Metrics metrics) {}

    /// How many threads write the circles' states. They wait for the disk more than they work.
    private static final int WRITERS = 4;

    private final Shared shared;
    private final Mounts mounts = new Mounts();
    private final WebSockets network;

    private final Object lock = new Object();
    private final Map<InetSocketAddress, Listening> ports = new LinkedHashMap<>();
    private final Map<PublicKey, InetSocketAddress> starting = new HashMap<>();
    private final List<CircleServer> circles = new ArrayList<>();
    private boolean closed;

    private CircleHost(Shared shared) {
        this.shared = shared;
        this.network = new WebSockets(mounts, shared.threads(), shared.timer());
    }

    /// Starts a host without circles.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    public static CircleHost start(ScriptExecutor scripts) {
        return start(scripts, InstantSource.system(), new SecureRandom());
    }

    /// Starts a host without circles, whose states will be in a database that other servers may
    /// share.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    /// @param states closed with the host
    public static CircleHost start(ScriptExecutor scripts, SharedDatabase states) {
        return start(scripts, states, Bus.alone());
    }

    /// Starts a host without circles, one of several that may serve the same ones.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    /// @param states which all of them have; closed with the host
    /// @param bus to the others; closed with the host
    public static CircleHost start(ScriptExecutor scripts, SharedDatabase states, Bus bus) {
        return start(scripts, Optional.of(states), bus, InstantSource.system(), new SecureRandom());
    }

    /// Starts a host without circles.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    /// @param clock says when nonces and sessions end
    /// @param random makes nonces
    public static CircleHost start(
            ScriptExecutor scripts, InstantSource clock, SecureRandom random) {
        return start(scripts, Optional.empty(), Bus.alone(), clock, random);
    }

    private static CircleHost start(
            ScriptExecutor scripts,
            Optional<SharedDatabase> states,
            Bus bus,
            InstantSource clock,
            SecureRandom random) {
        return new CircleHost(
                new Shared(
                        scripts,
                        new FirstWorker(
                                scripts::awaitReady, CircleServer.FIRST_WORKER, System::nanoTime),
                        Executors.newThreadPerTaskExecutor(
                                // one name for all: there is one for every frame
                                Thread.ofVirtual().name("circle").factory()),
                        timer(1, "timer", new ThreadPoolExecutor.DiscardPolicy()),
                        timer(WRITERS, "state-", new ThreadPoolExecutor.AbortPolicy()),
                        states,
                        bus,
                        clock,
                        random,
                        new Metrics(scripts)));
    }

    /// @param late what becomes of tasks that come after the end
    private static ScheduledExecutorService timer(
            int threads, String name, RejectedExecutionHandler late) {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        threads, Thread.ofPlatform().daemon().name(name, 0).factory(), late);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /// Serves one more circle. When this returns its module is loaded, its `onStart` has run, and
    /// it can be reached; when it throws, nothing of it is left. Blocks meanwhile; other circles
    /// can be mounted beside it.
    ///
    /// @throws IOException if its port cannot be listened on, such as [java.net.BindException],
    ///     its folder cannot be made, or the thread was interrupted
    /// @throws CircleException if its module cannot be loaded, with file, line and column in the
    ///     message, or its `onStart` throws
    /// @throws IllegalArgumentException if a circle of that key is there already, or the circle
    ///     listens on every address and has no origins
    /// @throws IllegalStateException if the host is closed
    public CircleServer mount(CircleConfig config) throws IOException {
        Listening listening = reserve(config);
        try {
            Origins origins = Origins.of(config, listening.address());
            CircleServer circle = new CircleServer(config, origins, shared, this::unmount);
            circle.start();
            serve(circle, listening);
            return circle;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a circle was starting");
        } finally {
            synchronized (lock) {
                starting.remove(config.key().publicKey());
                keepOrClose(listening);
            }
        }
    }

    /// Takes the circle's port, and its key, so that nobody else starts it.
    private Listening reserve(CircleConfig config) throws IOException {
        synchronized (lock) {
            refuseWhenClosed();
            circles.removeIf(CircleServer::isStopped);
            refuseDoubled(config.key().publicKey());
            InetSocketAddress wanted =
                    new InetSocketAddress(InetAddress.getByName(config.host()), config.port());
            Listening listening = ports.get(wanted);
            if (listening == null) {
                listening = network.bind(wanted);
                ports.put(listening.address(), listening);
            }
            starting.put(config.key().publicKey(), listening.address());
            return listening;
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("the host is closed");
        }
    }

    private void refuseDoubled(PublicKey key) {
        if (mounts.serves(key) || starting.containsKey(key)) {
            throw new IllegalArgumentException(
                    "a circle with the key " + key + " is served already");
        }
    }

    private void serve(CircleServer circle, Listening listening) {
        boolean served = false;
        try {
            synchronized (lock) {
                refuseWhenClosed();
                mounts.add(new Mounts.Mount(listening.address(), circle));
                circles.add(circle);
                served = true;
            }
        } finally {
            if (!served) {
                circle.close();
            }
        }
    }

    private void unmount(CircleServer circle) {
        synchronized (lock) {
            mounts.remove(circle);
            List.copyOf(ports.values()).forEach(this::keepOrClose);
        }
    }

    private void keepOrClose(Listening listening) {
        if (mounts.isUsed(listening.address())) {
            listening.accept().run();
            return;
        }
        if (starting.containsValue(listening.address())) {
            return;
        }
        ports.remove(listening.address());
        try {
            listening.port().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Serves `GET /metrics` (for Prometheus) and `GET /health` on a port of the loopback address,
    /// until the host is closed. Whoever reaches that address may ask.
    ///
    /// @param port 0 for any free one
    /// @return where it is
    /// @throws IOException if it cannot be listened on, such as [java.net.BindException]
    /// @throws IllegalStateException if the host is closed
    public InetSocketAddress serveOperator(int port) throws IOException {
        synchronized (lock) {
            refuseWhenClosed();
            Listening listening =
                    network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            mounts.add(Operator.at(listening.address(), shared.metrics(), this::health));
            listening.accept().run();
            return listening.address();
        }
    }

    private Operator.Health health() throws InterruptedException {
        boolean ready = shared.executor().awaitReady(Duration.ZERO);
        synchronized (lock) {
            circles.removeIf(CircleServer::isStopped);
            return new Operator.Health(ready, circles.size());
        }
    }

    /// Stops all circles at once, each within its limit `drain_ms`, then the network. Waits until
    /// that is done. No circle can be mounted any more.
    @Override
    public void close() {
        List<CircleServer> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(circles);
        }
        try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(circle -> closing.execute(circle::close));
        }
        try {
            network.close();
        } finally {
            shared.bus().close();
            shared.timer().shutdownNow();
            shared.threads().shutdownNow();
            shared.writers().shutdownNow();
            shared.states().ifPresent(SharedDatabase::close);
            shared.executor().close();
        }
    }
}
