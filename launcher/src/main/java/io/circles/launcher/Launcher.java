package io.circles.launcher;

import io.circles.protocol.CircleException;
import io.circles.protocol.DurationText;
import io.circles.protocol.crypto.KeyPair;
import io.circles.script.ScriptExecutor;
import io.circles.script.bus.Bus;
import io.circles.server.CircleConfig;
import io.circles.server.CircleHost;
import io.circles.server.CircleServer;
import io.circles.server.Limit;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Serves all circles of a file, or none: if one of them cannot start, those that could are
/// stopped again. Whoever starts one closes it. Not thread-safe.
final class Launcher implements AutoCloseable {
    private static final Duration BEYOND_DRAIN = Duration.ofSeconds(5);

    private final CircleHost host;
    private final List<CircleServer> circles = new ArrayList<>();
    private final ModuleWatch modules = new ModuleWatch(Thread::startVirtualThread);
    private final Map<String, Integer> sharedPorts = new HashMap<>();

    private Optional<InetSocketAddress> operator = Optional.empty();

    private Launcher(CircleHost host) {
        this.host = host;
    }

    /// Makes the keys that are missing, then serves every circle. When this returns, all can be
    /// reached, and changes of their modules are noticed.
    ///
    /// @param scripts runs their scripts; is closed with this, and if this fails
    /// @param bus to other servers of the same circles; the same
    /// @throws LauncherException [ExitCode#NOT_STARTED] with every circle that cannot start
    /// @throws InterruptedException if the thread was interrupted; then nothing is served
    static Launcher start(CirclesFile file, ScriptExecutor scripts, Bus bus, SecureRandom random)
            throws InterruptedException {
        Launcher launcher = new Launcher(host(scripts, bus, each -> host(file, each, bus)));
        try {
            launcher.mountAll(file, random);
            launcher.operator = file.adminPort().map(launcher::serveOperator);
            launcher.modules.start();
            return launcher;
        } catch (InterruptedException | RuntimeException | Error e) {
            var _ = Thread.interrupted(); // closing has to wait
            launcher.host.close();
            throw e;
        }
    }

    /// All circles' states are in the one database that the file names, or else in files.
    ///
    /// @throws LauncherException [ExitCode#NOT_STARTED] if it cannot be reached or used
    private static CircleHost host(CirclesFile file, ScriptExecutor scripts, Bus bus) {
        return file.state()
                .map(address -> CircleHost.start(scripts, SharedStates.open(address), bus))
                .orElseGet(() -> CircleHost.start(scripts));
    }

    /// A host of those scripts and that bus, which are closed if there can be none.
    static CircleHost host(
            ScriptExecutor scripts, Bus bus, Function<ScriptExecutor, CircleHost> start) {
        try {
            return start.apply(scripts);
        } catch (RuntimeException | Error e) {
            bus.close();
            scripts.close();
            throw e;
        }
    }

    private void mountAll(CirclesFile file, SecureRandom random) throws InterruptedException {
        file.circles().forEach(circle -> makeFolder(circle.data()));
        List<KeyPair> keys = file.circles().stream().map(circle -> key(circle, random)).toList();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            CircleEntry circle = file.circles().get(i);
            int port = sharedPorts.getOrDefault(circle.host(), file.sharedPort());
            try {
                mount(circle, circle.config(keys.get(i), port));
            } catch (InterruptedIOException e) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            } catch (IOException | IllegalArgumentException | CircleException e) {
                failures.add(failure(circle, port, e));
            }
        }
        if (!failures.isEmpty()) {
            throw new LauncherException(ExitCode.NOT_STARTED, failures);
        }
    }

    private static KeyPair key(CircleEntry circle, SecureRandom random) {
        return circle.key().orElseGet(() -> KeyFile.in(circle.data()).readOrCreate(random));
    }

    private static void makeFolder(Path folder) {
        try {
            SafeFiles.privateFolders(folder);
        } catch (IOException e) {
            throw new LauncherException(ExitCode.NOT_STARTED, folder + ": " + FileErrors.words(e));
        }
    }

    /// A shared port that may be any free one is chosen by the first circle that shares it and
    /// whose URL tells it.
    private void mount(CircleEntry circle, CircleConfig config) throws IOException {
        CircleServer server = host.mount(config);
        circles.add(server);
        if (circle.ownPort().isEmpty() && circle.origins().isEmpty()) {
            sharedPorts.putIfAbsent(circle.host(), server.url().getPort());
        }
        circle.module().ifPresent(loaded -> modules.add(circle.name(), loaded, server::reload));
    }

    private static String failure(CircleEntry circle, int sharedPort, Exception e) {
        if (e instanceof CircleException) {
            return "circle %s: its functions: %s".formatted(circle.name(), e.getMessage());
        }
        return "circle %s: cannot listen on %s port %d: %s"
                .formatted(
                        circle.name(),
                        circle.host(),
                        circle.ownPort().orElse(sharedPort),
                        e.getMessage());
    }

    private InetSocketAddress serveOperator(int port) {
        try {
            return host.serveOperator(port);
        } catch (IOException e) {
            throw new LauncherException(
                    ExitCode.NOT_STARTED,
                    "admin: cannot listen on port %d: %s".formatted(port, e.getMessage()));
        }
    }

    /// Where the operator looks, if anywhere.
    Optional<InetSocketAddress> operator() {
        return operator;
    }

    /// The circles in the order of the file.
    List<CircleServer> circles() {
        return List.copyOf(circles);
    }

    /// Stops all circles at once, each within its limit `drain_ms`.
    ///
    /// @throws LauncherException [ExitCode#INTERNAL] if that is not done in time
    @Override
    public void close() {
        modules.close();
        Duration deadline = longestDrain().plus(BEYOND_DRAIN);
        Thread stopping = Thread.ofPlatform().daemon().name("stop").start(host::close);
        try {
            if (!stopping.join(deadline)) {
                throw new LauncherException(
                        ExitCode.INTERNAL,
                        "circles: not stopped within " + DurationText.of(deadline));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration longestDrain() {
        return circles.stream()
                .map(circle -> circle.config().limits().time(Limit.DRAIN_MS))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
