package io.circles.server.transcript;

import io.circles.server.transport.Connection;
import io.circles.server.transport.ConnectionLimits;
import io.circles.server.transport.FrameHandler;
import io.circles.server.transport.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// A conversation without a network: frames go straight into a connection, and what it would send
/// is recorded.
public final class DirectConversation implements Conversation, Wire {
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(1 << 20, 4 << 20, Duration.ofSeconds(20), Duration.ofSeconds(60));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer;
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final Connection connection;

    /// Starts one.
    ///
    /// @param timer starts what the connection does later; stopped with the conversation
    /// @param handler makes what is to be talked to
    public DirectConversation(
            ScheduledExecutorService timer,
            BiFunction<Connection, ExecutorService, FrameHandler> handler) {
        this.timer = timer;
        this.connection =
                new Connection(this, LIMITS, threads, timer, c -> handler.apply(c, threads));
    }

    @Override
    public void send(String frame) {
        connection.receive(frame);
    }

    /// What it talks through.
    public Connection connection() {
        return connection;
    }

    /// Waits until all that was sent before has been handled to its end.
    public void awaitHandled() {
        CompletableFuture<Void> handled = new CompletableFuture<>();
        connection.execute(() -> handled.complete(null));
        handled.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public String receive() throws InterruptedException {
        String next = came.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /// What has come and was not received yet.
    public List<String> unreceived() {
        return List.copyOf(came);
    }

    @Override
    public void send(String text, Runnable done) {
        came.add(text);
        done.run();
    }

    @Override
    public void ping(long mark) {}

    @Override
    public void close(int code, String reason) {
        came.add("close " + code);
    }

    @Override
    public void disconnect() {}

    @Override
    public void close() {
        connection.close(1001, "the conversation is over");
        timer.shutdownNow();
        awaitHandled();
        threads.shutdownNow();
    }
}
