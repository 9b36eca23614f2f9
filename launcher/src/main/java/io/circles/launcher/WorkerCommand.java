package io.circles.launcher;

import io.circles.script.redis.LocalCircle;
import io.circles.script.redis.RedisConnections;
import io.circles.script.redis.RedisSettings;
import io.circles.script.redis.RedisWorker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `circles worker`: runs scripts that servers send through Redis until it is told to stop.
@Command(
        name = "worker",
        description =
                "Runs the scripts that servers with the same circles.json send through its redis. Any"
                        + " number of them, on any machine. SIGINT (Ctrl-C), SIGTERM and SIGHUP stop it: what"
                        + " runs is finished within ten seconds, or left to other workers.")
final class WorkerCommand implements Runnable {
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final Shell shell;
    @Mixin private ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = "--circles",
            paramLabel = "NAMES",
            split = ",",
            description =
                    "Run those circles' scripts only, and have nobody else run them; by default those of"
                            + " all circles that have no workers of their own.")
    private Set<String> circles = Set.of();

    WorkerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        CirclesFile file = options.readWithoutKeys(shell.environment());
        file.warnings().forEach(shell.err()::println);
        RedisSettings redis =
                file.redis().orElseThrow(() -> wrong("redis: is missing; jobs come from there"));
        if (file.workers().inProcess()) {
            throw wrong("workers.count: is 0; a worker runs scripts in 1 process or more");
        }
        Map<String, LocalCircle> known =
                file.circles().stream()
                        .collect(
                                Collectors.toMap(
                                        CircleEntry::name, circle -> circle.local(file.state())));
        checkNames(known.keySet());
        StopSignal stop = StopSignal.install();
        try (RedisWorker worker = start(file.workers(), redis, known)) {
            shell.out().printf("worker: takes jobs of %s from %s%n", whose(), redis.address());
            try (ScriptsNotice _ = ScriptsNotice.of(worker.executor(), shell.out()::println)) {
                stop.await();
            }
            var _ = worker.drain(DRAIN);
        }
    }

    private RedisWorker start(
            Workers workers, RedisSettings redis, Map<String, LocalCircle> known) {
        return new RedisWorker(
                new RedisConnections(redis, InstantSource.system(), shell.random()),
                departing -> workers.start(WorkerJvm.of(shell.environment()), departing),
                workers.slots(),
                RedisWorker.places(workers.slots()),
                circles,
                name -> Optional.ofNullable(known.get(name)));
    }

    private String whose() {
        return circles.isEmpty() ? "all circles" : String.join(", ", new TreeSet<>(circles));
    }

    private void checkNames(Set<String> known) {
        circles.stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(
                        name -> {
                            throw wrong("circles: has none that is called " + name);
                        });
    }

    private LauncherException wrong(String what) {
        return new LauncherException(ExitCode.CONFIGURATION, options.config() + ": " + what);
    }
}
