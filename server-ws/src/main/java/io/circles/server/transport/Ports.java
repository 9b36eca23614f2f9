package io.circles.server.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.jspecify.annotations.Nullable;

/// One Jetty connector that listens on any number of ports, opened and closed while it runs.
///
/// A connector of Jetty owns one listening socket. This one owns none: each port is a channel of
/// its own registered with the connector's selectors, so a thousand ports cost a thousand
/// descriptors and no thread. Thread-safe.
final class Ports extends ServerConnector {
    private static final int BACKLOG = 1_024;
    private static final Duration SELECTOR_PATIENCE = Duration.ofSeconds(1);
    private static final Duration SELECTOR_POLL = Duration.ofNanos(50_000);

    private final CountDownLatch never = new CountDownLatch(1);

    Ports(Server server, HttpConfiguration http) {
        super(server, 1, -1, new HttpConnectionFactory(http));
        setAcceptedTcpNoDelay(true);
    }

    /// Takes one more port. Clients can connect from now on, and wait until [Port#accept].
    ///
    /// @throws IOException if it cannot, such as [java.net.BindException]
    Port bind(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            channel.configureBlocking(false);
            return new Port(channel, (InetSocketAddress) channel.getLocalAddress());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// A port that was taken. Not thread-safe.
    final class Port implements Closeable {
        private final ServerSocketChannel channel;
        private final InetSocketAddress address;
        private @Nullable Closeable acceptor;

        private Port(ServerSocketChannel channel, InetSocketAddress address) {
            this.channel = channel;
            this.address = address;
        }

        /// Where it is, with the port that was chosen where 0 was asked for.
        InetSocketAddress address() {
            return address;
        }

        /// Serves those who connect; does nothing the second time.
        void accept() {
            if (acceptor == null) {
                acceptor = getSelectorManager().acceptor(channel);
                await(channel::isRegistered);
            }
        }

        /// The port is free when this returns.
        @Override
        public void close() throws IOException {
            try (channel) {
                if (acceptor != null) {
                    acceptor.close();
                    // while a selector still knows it, the descriptor outlives the channel
                    await(() -> !channel.isRegistered());
                }
            }
        }
    }

    /// Waits for the selector's thread, which takes changes when it comes around and tells nobody.
    private static void await(BooleanSupplier done) {
        long deadline = System.nanoTime() + SELECTOR_PATIENCE.toNanos();
        while (!done.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(SELECTOR_POLL.toNanos());
        }
    }

    /// There is no socket of its own to open.
    @Override
    public void open() {}

    /// The one acceptor thread that the parent insists on has nothing to accept.
    @Override
    public void accept(int acceptor) throws IOException {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint =
                new ListeningEndPoint(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /// A client's socket that is idle when nothing is heard, whatever is sent to it, and whose
    /// frames are read on the selector's own thread: our callbacks only hand off, so nothing there
    /// can block.
    ///
    /// A read that leaves room in the buffer has emptied the socket, so the next one, which the
    /// network library makes after every frame, is answered without asking the system: if something
    /// has come since, the selector says so, as it does when the other end has closed.
    private static final class ListeningEndPoint extends SocketChannelEndPoint {
        private boolean emptied;

        ListeningEndPoint(
                SocketChannel channel,
                ManagedSelector selector,
                SelectionKey key,
                Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (emptied) {
                emptied = false;
                return 0;
            }
            int filled = super.fill(buffer);
            if (filled > 0) {
                super.notIdle();
                emptied = BufferUtil.space(buffer) > 0;
            }
            return filled;
        }

        @Override
        public void notIdle() {
            // what is written says nothing about the other end
        }

        @Override
        public Runnable onSelected() {
            Runnable task = super.onSelected();
            Connection connection = getConnection();
            return task != null && connection instanceof WebSocketConnection
                    ? Invocable.from(Invocable.InvocationType.NON_BLOCKING, task)
                    : task;
        }
    }
}
