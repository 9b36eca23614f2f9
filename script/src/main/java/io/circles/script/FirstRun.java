package io.circles.script;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The run of a job with an idempotency key, for those who come with the same key meanwhile.
///
/// One thread runs and calls `succeeded`, then `ended`; any number wait. The result is written
/// before the latch opens and read after it.
final class FirstRun {
    private final JobDigest digest;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile @Nullable ScriptResult result;

    FirstRun(JobDigest digest) {
        this.digest = digest;
    }

    JobDigest digest() {
        return digest;
    }

    ScriptResult succeeded(ScriptResult newResult) {
        this.result = newResult;
        return newResult;
    }

    void ended() {
        end.countDown();
    }

    /// Waits for the end.
    ///
    /// @return the result; empty if the run failed
    Optional<ScriptResult> await(JobDigest other) throws InterruptedException {
        digest.requireSame(other);
        end.await();
        return Optional.ofNullable(result);
    }
}
