package io.circles.launcher;

import io.circles.protocol.DurationText;
import io.circles.script.ScriptExecutor;
import io.circles.script.bus.Bus;
import io.circles.script.redis.RedisBus;
import io.circles.script.redis.RedisConnections;
import io.circles.script.redis.RedisScriptExecutor;
import io.circles.server.CircleServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles up`: serves the circles of circles.json until it is told to stop.
@Command(
        name = "up",
        description =
                "Serves the circles of circles.json: all of them, or none. SIGINT (Ctrl-C), SIGTERM and"
                        + " SIGHUP stop it: what is in flight is finished within each circle's drain_ms, and"
                        + " the command exits with 0. A second signal stops it at once (130, 143 or 129).")
final class Up implements Runnable {
    private final Shell shell;
    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = {"-a", "--announce"},
            paramLabel = "FILE",
            description =
                    "Write name, public key and URL of each circle to this file as JSON once all can be"
                            + " reached.")
    private Optional<Path> announce = Optional.empty();

    Up(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        CirclesFile file = options.read(shell.environment());
        file.warnings().forEach(shell.err()::println);
        StopSignal stop = StopSignal.install();
        try (DataLock _ = DataLock.take(file.data())) {
            serve(file, stop);
        }
    }

    private void serve(CirclesFile file, StopSignal stop) {
        Optional<Announcement> announcement = announce.map(Announcement::new);
        announcement.ifPresent(Announcement::remove);
        Optional<RedisConnections> redis =
                file.redis()
                        .map(
                                settings ->
                                        new RedisConnections(
                                                settings, InstantSource.system(), shell.random()));
        ScriptExecutor scripts = scripts(file, redis);
        try (Launcher launcher = start(file, scripts, bus(file, redis), stop)) {
            announcement.ifPresent(a -> a.write(launcher.circles()));
            shell.out().println(table(launcher.circles()));
            launcher.operator().ifPresent(this::tellOperator);
            try (ScriptsNotice _ = ScriptsNotice.of(scripts, shell.out()::println)) {
                stop.await();
            }
        } catch (InterruptedException _) {
            shell.err().println("stopped before anything was served");
        } finally {
            announcement.ifPresent(Announcement::remove);
        }
    }

    private Launcher start(CirclesFile file, ScriptExecutor scripts, Bus bus, StopSignal stop)
            throws InterruptedException {
        try (ScriptsNotice _ = waiting(file, scripts)) {
            return stop.unlessTold(() -> Launcher.start(file, scripts, bus, shell.random()));
        }
    }

    /// Circles with functions are not served before a worker is there, which somebody has to start.
    private @Nullable ScriptsNotice waiting(CirclesFile file, ScriptExecutor scripts) {
        return file.redis().isPresent()
                        && file.circles().stream().anyMatch(circle -> circle.module().isPresent())
                ? ScriptsNotice.waiting(
                        scripts,
                        ("scripts: no worker yet; circles with functions wait %s for one:"
                                        + " start circles worker --config %s")
                                .formatted(
                                        DurationText.of(CircleServer.FIRST_WORKER),
                                        options.config()),
                        shell.err()::println)
                : null;
    }

    private ScriptExecutor scripts(CirclesFile file, Optional<RedisConnections> redis) {
        return redis.<ScriptExecutor>map(
                        connections -> new RedisScriptExecutor(connections, Workers.WAITING_RUNS))
                .orElseGet(() -> file.workers().start(WorkerJvm.of(shell.environment())));
    }

    /// Where states are in files, no other server can have the same circles.
    private static Bus bus(CirclesFile file, Optional<RedisConnections> redis) {
        return redis.filter(_ -> file.state().isPresent())
                .<Bus>map(RedisBus::new)
                .orElseGet(Bus::alone);
    }

    private void tellOperator(InetSocketAddress at) {
        shell.out().printf("operator: http://127.0.0.1:%d/metrics and /health%n", at.getPort());
    }

    private static Table table(List<CircleServer> circles) {
        Table table = new Table("NAME", "PUBLIC KEY", "URL");
        for (CircleServer circle : circles) {
            table.row(circle.config().name(), circle.publicKey().hex(), circle.url().toString());
        }
        return table;
    }
}
