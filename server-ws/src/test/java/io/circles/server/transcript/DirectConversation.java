package io.circles.server.transcript;

import io.circles.server.transport.Connection;
import io.circles.server.transport.ConnectionLimits;
import io.circles.server.transport.FrameHandler;
import io.circles.server.transport.Wire;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// A conversation without a network: frames go straight into a connection, and what it would send is
/// recorded.
public final class DirectConversation implements Conversation, Wire {
    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(
                    1 << 20, 4 << 20, Duration.ofSeconds(20), Duration.ofSeconds(60));

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1, new ThreadPoolExecutor.DiscardPolicy());
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final Connection connection;

    /// Starts one.
    ///
    /// @param handler makes what is to be talked to
    public DirectConversation(BiFunction<Connection, ExecutorService, FrameHandler> handler) {
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

    @Override
    public String receive() throws InterruptedException {
        String next = came.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    @Override
    public void send(String text, Runnable done) {
        came.add(text);
        done.run();
    }

    @Override
    public void close(int code, String reason) {
        came.add("close " + code);
    }

    @Override
    public void disconnect() {}

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
