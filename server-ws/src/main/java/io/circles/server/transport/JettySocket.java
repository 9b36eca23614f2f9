package io.circles.server.transport;

import io.circles.server.transport.Admission.Admitted;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/// One WebSocket as the network library calls it: hands what comes to its connection, and pings it
/// regularly. Called by one network thread at a time, beginning with the open.
public final class JettySocket implements Session.Listener.AutoDemanding {
    /// A frame of up to this many times the limit is read and answered with an error; past that the
    /// network library closes with 1009.
    private static final int READ_PAST_LIMIT = 2;

    private final Admitted admitted;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private @Nullable Connection connection;
    private @Nullable ScheduledFuture<?> pings;

    JettySocket(Admitted admitted, Executor threads, ScheduledExecutorService timer) {
        this.admitted = admitted;
        this.threads = threads;
        this.timer = timer;
    }

    @Override
    public void onWebSocketOpen(Session session) {
        ConnectionLimits limits = admitted.limits();
        session.setMaxTextMessageSize(READ_PAST_LIMIT * limits.message());
        session.setMaxBinaryMessageSize(READ_PAST_LIMIT * limits.message());
        session.setMaxFrameSize(READ_PAST_LIMIT * limits.message());
        session.setIdleTimeout(limits.idle());
        JettyWire wire = new JettyWire(session);
        Connection opened = new Connection(wire, limits, threads, timer, admitted.handler());
        connection = opened;
        if (admitted.connections().add(opened)) {
            pingEvery(limits.ping().toMillis(), wire);
        } else {
            opened.close(CloseCode.TRY_AGAIN_LATER, "too many connections");
        }
    }

    private void pingEvery(long millis, JettyWire wire) {
        try {
            pings =
                    timer.scheduleAtFixedRate(
                            () -> wire.ping(Mark.NONE), millis, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the host is closing, and will close this too
        }
    }

    @Override
    public void onWebSocketText(String frame) {
        open().receive(frame);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer frame, Callback done) {
        open().receiveBinary();
        done.succeed();
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        open().receivePong(payload);
    }

    private Connection open() {
        return Objects.requireNonNull(connection);
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback done) {
        closed();
        done.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        closed();
    }

    private void closed() {
        if (pings != null) {
            pings.cancel(false);
        }
        if (connection != null) {
            admitted.connections().remove(connection);
            connection.closed();
        }
    }
}
