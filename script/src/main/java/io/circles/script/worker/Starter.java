package io.circles.script.worker;

import io.circles.protocol.DurationText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts children, with the compiler if it can be had. A JVM that refuses to start with it (it
/// must not be newer than the JDK) is started without from then on.
///
/// Thread-safe. `alive` has every child from its start to its end, so that closing ends them all.
final class Starter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Starter.class);
    private static final Duration TIME_TO_START = Duration.ofSeconds(60);

    private final WorkerSettings settings;
    private final String mainClass;
    private final Set<Worker> alive = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String interpretedBecause;
    private volatile Optional<String> description = Optional.empty();
    private volatile boolean closed;

    /// @param mainClass what the children run
    Starter(WorkerSettings settings, String mainClass) {
        this.settings = settings;
        this.mainClass = mainClass;
        Optional<Path> compiler = settings.jvm().compiler();
        if (compiler.isEmpty()) {
            interpretedBecause = "no compiler is set";
        } else {
            ChildCommand.noCompiler(compiler.get()).ifPresent(this::interpret);
        }
    }

    private void interpret(String why) {
        interpretedBecause = why;
        log.atWarn().addKeyValue("why", why).log("scripts are interpreted, not compiled");
    }

    /// Starts a child and waits until it takes jobs.
    ///
    /// @throws IOException if it does not; the message says why
    Worker start(Worker.Listener listener) throws IOException, InterruptedException {
        if (interpretedBecause != null) {
            return start(false, listener);
        }
        Worker worker = launch(true, listener);
        try {
            return await(worker);
        } catch (IOException e) {
            if (closed || worker.ended().orElse(0) != WorkerMain.NOT_STARTED) {
                throw e;
            }
            Worker plain = start(false, listener);
            interpret("the JVM does not start with the GraalVM compiler: " + e.getMessage());
            describe(plain.ready().join());
            return plain;
        }
    }

    private Worker start(boolean compiled, Worker.Listener listener)
            throws IOException, InterruptedException {
        return await(launch(compiled, listener));
    }

    private Worker launch(boolean compiled, Worker.Listener listener) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Worker worker =
                new Worker(new ChildCommand(settings, compiled, mainClass).start(), listener);
        alive.add(worker);
        worker.start();
        if (closed) {
            worker.kill("the pool was closed", null);
        }
        return worker;
    }

    private Worker await(Worker worker) throws IOException, InterruptedException {
        try {
            String said = worker.ready().get(TIME_TO_START.toMillis(), TimeUnit.MILLISECONDS);
            describe(said);
            return worker;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            worker.kill("it takes too long to start", null);
            throw new IOException("it did not start within " + DurationText.of(TIME_TO_START), e);
        }
    }

    private void describe(String said) {
        String why = interpretedBecause;
        String now = why == null ? said : "interpreted (" + why + ")";
        if (!description.equals(Optional.of(now))) {
            log.atInfo().addKeyValue("scripts", now).log("a worker is ready");
        }
        description = Optional.of(now);
    }

    /// The child is no more.
    void forget(Worker worker) {
        alive.remove(worker);
    }

    int alive() {
        return alive.size();
    }

    /// How scripts are run, once the first child has said so.
    Optional<String> description() {
        return description;
    }

    /// Ends all children; none is left afterwards.
    @Override
    public void close() {
        closed = true;
        alive.forEach(Worker::dismiss);
        alive.forEach(Worker::close);
    }
}
