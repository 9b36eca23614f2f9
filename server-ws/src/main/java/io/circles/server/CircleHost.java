package io.circles.server;

import io.circles.script.ScriptExecutor;
import io.circles.script.ScriptRunner;
import io.circles.server.transport.WebSockets;
import io.circles.server.transport.WebSockets.Listening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    /// @param threads one virtual thread for each task
    record Shared(
            ScriptRunner scripts,
            ExecutorService threads,
            ScheduledExecutorService timer,
            InstantSource clock,
            SecureRandom random) {}

    private final ScriptExecutor executor;
    private final Shared shared;
    private final Mounts mounts = new Mounts();
    private final WebSockets network;

    private final Object lock = new Object();
    private final Map<InetSocketAddress, Listening> ports = new LinkedHashMap<>();
    private final List<CircleServer> circles = new ArrayList<>();
    private boolean closed;

    private CircleHost(ScriptExecutor executor, Shared shared) {
        this.executor = executor;
        this.shared = shared;
        this.network = new WebSockets(mounts, shared.threads(), shared.timer());
    }

    /// Starts a host without circles.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    public static CircleHost start(ScriptExecutor scripts) {
        return start(scripts, InstantSource.system(), new SecureRandom());
    }

    /// Starts a host without circles.
    ///
    /// @param scripts runs the scripts of all circles; closed with the host
    /// @param clock says when nonces and sessions end
    /// @param random makes nonces
    public static CircleHost start(
            ScriptExecutor scripts, InstantSource clock, SecureRandom random) {
        return new CircleHost(
                scripts,
                new Shared(
                        new ScriptRunner(scripts, clock),
                        Executors.newThreadPerTaskExecutor(
                                Thread.ofVirtual().name("circle-", 0).factory()),
                        timer(),
                        clock,
                        random));
    }

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofPlatform().daemon().name("timer").factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /// Serves one more circle. It can be reached when this returns.
    ///
    /// @throws IOException if its port cannot be listened on, such as [java.net.BindException]
    /// @throws IllegalArgumentException if a circle of that key is there already, or the circle
    ///     listens on every address and has no origins
    /// @throws IllegalStateException if the host is closed
    public CircleServer mount(CircleConfig config) throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the host is closed");
            }
            circles.removeIf(CircleServer::isStopped);
            refuseDoubled(config);
            InetSocketAddress wanted =
                    new InetSocketAddress(InetAddress.getByName(config.host()), config.port());
            Listening listening = ports.get(wanted);
            if (listening == null) {
                listening = network.bind(wanted);
            }
            try {
                return mount(config, listening);
            } finally {
                keepOrClose(listening);
            }
        }
    }

    private void refuseDoubled(CircleConfig config) {
        if (mounts.serves(config.key().publicKey())) {
            throw new IllegalArgumentException(
                    "a circle with the key " + config.key().publicKey() + " is served already");
        }
    }

    private CircleServer mount(CircleConfig config, Listening listening) {
        Origins origins = Origins.of(config, listening.address());
        CircleServer circle = new CircleServer(config, origins, shared, this::unmount);
        mounts.add(new Mounts.Mount(listening.address(), circle));
        circles.add(circle);
        return circle;
    }

    private void unmount(CircleServer circle) {
        synchronized (lock) {
            mounts.remove(circle);
            List.copyOf(ports.values()).forEach(this::keepOrClose);
        }
    }

    private void keepOrClose(Listening listening) {
        if (mounts.isUsed(listening.address())) {
            ports.put(listening.address(), listening);
            listening.accept().run();
            return;
        }
        ports.remove(listening.address());
        try {
            listening.port().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
            shared.timer().shutdownNow();
            shared.threads().shutdownNow();
            executor.close();
        }
    }
}
