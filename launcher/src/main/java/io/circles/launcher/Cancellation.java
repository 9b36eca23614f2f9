package io.circles.launcher;

import io.circles.client.CircleClient;
import org.jspecify.annotations.Nullable;

/// Lets Ctrl-C end the request that is under way, and nothing else.
///
/// Concurrency: one thread makes requests, any other cancels. The monitor guards `running`, so that
/// no interrupt comes when the request has ended.
final class Cancellation {
    private @Nullable Thread running;

    /// Sends a request that can be cancelled.
    ///
    /// @throws InterruptedException when it was; the client has the circle cancel it then
    <T> T send(CircleClient circle, ClientOptions.Request<T> request) throws InterruptedException {
        running(Thread.currentThread());
        try {
            return request.send(circle);
        } finally {
            running(null);
        }
    }

    /// Clears an interrupt that came too late.
    private synchronized void running(@Nullable Thread thread) {
        running = thread;
        if (thread == null) {
            Thread.interrupted();
        }
    }

    /// Ends the request that is under way, if there is one.
    synchronized void cancel() {
        if (running != null) {
            running.interrupt();
        }
    }
}
