package io.circles.script;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.circles.protocol.CircleException;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs jobs on an executor, and each job with an idempotency key only once.
///
/// A key belongs to a circle and a caller. Sent again with the same script and arguments it gets
/// the result of the first time, or waits for it; with others it is refused. Failures are not kept:
/// the next to come, or the next that waits, runs the job itself.
///
/// Results are kept in memory, for 24 hours and up to some 64 MiB together, the least used going
/// first; a restart forgets them. (They become durable with the circle's state.)
///
/// Thread-safe: `running` decides who runs a job with a key, and a result stands in `kept` before
/// its run leaves `running`. There is nothing to close; the executor belongs to whoever made it.
public final class ScriptRunner {
    private static final Duration KEPT_FOR = Duration.ofHours(24);
    private static final long KEPT_BYTES = 64L << 20;
    private static final int LONGEST_KEY = 128;

    private final ScriptExecutor executor;
    private final ConcurrentMap<Scope, FirstRun> running = new ConcurrentHashMap<>();
    private final Cache<Scope, KeptResult> kept;

    private record Scope(PublicKey circle, PublicKey caller, String key) {}

    /// A runner on that executor.
    ///
    /// @param clock says when a kept result is too old
    public ScriptRunner(ScriptExecutor executor, InstantSource clock) {
        this.executor = executor;
        this.kept =
                Caffeine.newBuilder()
                        .executor(Runnable::run)
                        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                        .expireAfterWrite(KEPT_FOR)
                        .maximumWeight(KEPT_BYTES)
                        .<Scope, KeptResult>weigher((_, result) -> result.weight())
                        .build();
    }

    /// Runs a job, or gives the result that its idempotency key already has. Blocks as
    /// [ScriptExecutor#execute(ScriptJob)] does, also while another run with that key goes on.
    ///
    /// @param idempotencyKey 1 to 128 characters; null for a job that is simply run
    /// @throws CircleException as the executor does; [ErrorCode#IDEMPOTENCY_MISMATCH] when the key
    ///     came with another script or other arguments before; [ErrorCode#INVALID_PARAMS] when it
    ///     is not 1 to 128 characters, or the caller is anonymous
    public ScriptResult run(ScriptJob job, @Nullable String idempotencyKey)
            throws InterruptedException {
        if (idempotencyKey == null) {
            return executor.execute(job).result();
        }
        return runOnce(job, scope(job, idempotencyKey), JobDigest.of(job));
    }

    private static Scope scope(ScriptJob job, String key) {
        PublicKey caller = job.caller().publicKey();
        if (caller == null) {
            throw refused("idempotency_key needs a caller with a key; authenticate first");
        }
        int length = key.codePointCount(0, key.length());
        if (length < 1 || length > LONGEST_KEY) {
            throw refused("idempotency_key has 1 to " + LONGEST_KEY + " characters, not " + length);
        }
        return new Scope(job.environment().circle(), caller, key);
    }

    private static CircleException refused(String message) {
        return CircleException.invalidParam("idempotency_key", message);
    }

    private ScriptResult runOnce(ScriptJob job, Scope scope, JobDigest digest)
            throws InterruptedException {
        while (true) {
            KeptResult before = kept.getIfPresent(scope);
            if (before != null) {
                return before.resultFor(digest);
            }
            FirstRun mine = new FirstRun(digest);
            FirstRun first = running.putIfAbsent(scope, mine);
            if (first == null) {
                return runFirst(job, scope, mine);
            }
            Optional<ScriptResult> result = first.await(digest);
            if (result.isPresent()) {
                return result.get();
            }
        }
    }

    private ScriptResult runFirst(ScriptJob job, Scope scope, FirstRun mine)
            throws InterruptedException {
        try {
            KeptResult justKept = kept.getIfPresent(scope);
            if (justKept != null) {
                return mine.succeeded(justKept.resultFor(mine.digest()));
            }
            ScriptResult result = executor.execute(job).result();
            kept.put(scope, new KeptResult(mine.digest(), result));
            return mine.succeeded(result);
        } finally {
            running.remove(scope, mine);
            mine.ended();
        }
    }
}
