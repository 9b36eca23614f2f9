package io.circles.server.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A handler that keeps what it is told. Thread-safe.
final class RecordingHandler implements FrameHandler {
    private final List<String> told = new ArrayList<>();

    /// While this is not null, text frames wait for it.
    volatile CountDownLatch blocked;

    /// What the connection waits for when it drains.
    final CountDownLatch idle = new CountDownLatch(1);

    private synchronized void tell(String what) {
        told.add(what);
    }

    synchronized List<String> told() {
        return List.copyOf(told);
    }

    @Override
    public void text(String frame) {
        tell(frame);
        CountDownLatch wait = blocked;
        if (wait != null) {
            try {
                wait.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void binary() {
        tell("binary");
    }

    @Override
    public void tooBig(long bytes, long limit) {
        tell("too big: " + bytes + " of " + limit);
    }

    @Override
    public void cancelAll() {
        tell("cancel all");
    }

    @Override
    public void drain(long deadlineMillis) {
        tell("drain " + deadlineMillis);
    }

    @Override
    public void awaitIdle(long deadlineNanos) throws InterruptedException {
        var _ = idle.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void closed() {
        tell("closed");
    }
}
