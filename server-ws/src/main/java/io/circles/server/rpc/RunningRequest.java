package io.circles.server.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One request on its way to its answer. The lock guards which thread works on it, so that a thread
/// is never interrupted once the answer is being sent: an interrupted thread that writes to a
/// socket closes it.
final class RunningRequest {

    /// How a request is answered.
    interface Answer {
        /// The request's id; null for a notification.
        @Nullable RpcId id();

        void success(JsonNode result);

        void failure(Throwable problem);
    }

    private final Answer answer;
    private final Callable<JsonNode> work;
    private final long bytes;

    private final Object lock = new Object();
    private @Nullable Thread worker;
    private boolean cancelled;
    private boolean done;

    RunningRequest(Answer answer, Callable<JsonNode> work, long bytes) {
        this.answer = answer;
        this.work = work;
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }

    boolean has(RpcId id) {
        return id.equals(answer.id());
    }

    /// Does the work on this thread.
    ///
    /// @return sends the answer; to be run on this thread too
    Runnable work() {
        begin();
        try {
            JsonNode result = work.call();
            return () -> succeed(result);
        } catch (InterruptedException e) {
            return this::refuse;
        } catch (Throwable e) {
            // an Error too: whatever is wrong here, the client is waiting
            return () -> answer.failure(e);
        } finally {
            finish();
        }
    }

    /// A result that cannot be written is a failure, and is answered too.
    private void succeed(JsonNode result) {
        try {
            answer.success(result);
        } catch (Throwable e) {
            answer.failure(e);
        }
    }

    private void begin() {
        synchronized (lock) {
            worker = Thread.currentThread();
            if (cancelled) {
                worker.interrupt();
            }
        }
    }

    private void finish() {
        synchronized (lock) {
            worker = null;
            done = true;
        }
        // the answer is sent on this thread, which must not be interrupted then
        Thread.interrupted();
    }

    /// Answers without having run.
    void refuse() {
        answer.failure(new CircleException(ErrorCode.CANCELLED));
    }

    /// Asks the work to stop.
    ///
    /// @return false when it was done already
    boolean cancel() {
        synchronized (lock) {
            if (done) {
                return false;
            }
            cancelled = true;
            if (worker != null) {
                worker.interrupt();
            }
            return true;
        }
    }
}
