package io.circles.client;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a client's connections, one after the other: dials, logs in, restores; and again when one
/// is lost, on a virtual thread that exists only meanwhile, until that is useless or the client is
/// closed.
///
/// Concurrency: whoever hears of a connection's end calls [#lost], which starts the thread and
/// does not block. At most one thread makes connections: the one that connects first, then those
/// of [#lost], each after the connection of the one before. `lock` guards `thread`.
final class Reconnector {
    private static final Logger LOG = LoggerFactory.getLogger(Reconnector.class);

    /// A circle that answers these to whoever logs in will do so again.
    private static final Set<ErrorCode> REFUSALS =
            Set.of(
                    ErrorCode.INVALID_CREDENTIALS,
                    ErrorCode.FORBIDDEN,
                    ErrorCode.INVALID_PARAMS,
                    ErrorCode.METHOD_NOT_FOUND);

    private final ClientSettings settings;
    private final ConnectionState state;
    private final ClientSession session;
    private final ListenerQueue<RpcMessage.Notification, Long> events;
    private final Supplier<List<Restorable>> parts;
    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread thread;
    private volatile int failures;
    private volatile Deadline steady = Deadline.after(Duration.ZERO);

    /// @param events takes the notifications that are nobody else's
    /// @param parts what is attached and restored, in this order
    Reconnector(
            ClientSettings settings,
            ConnectionState state,
            ClientSession session,
            ListenerQueue<RpcMessage.Notification, Long> events,
            Supplier<List<Restorable>> parts) {
        this.settings = settings;
        this.state = state;
        this.session = session;
        this.events = events;
        this.parts = parts;
        Retry retry = settings.retry();
        this.backoff = new Backoff(retry.first(), retry.longest(), settings.random());
    }

    /// Connects for the first time. Blocks until the client is ready.
    ///
    /// @throws RuntimeException why it is not, after the last attempt
    void connect() throws InterruptedException {
        Deadline patience = Deadline.after(settings.retry().patience());
        while (true) {
            state.connecting(failures + 1);
            try {
                ready(open());
                return;
            } catch (RuntimeException e) {
                if (isUseless(e) || patience.passed()) {
                    var _ = state.closed(e);
                    throw e;
                }
                pause(e);
            }
        }
    }

    private RpcLink open() throws InterruptedException {
        RpcLink link = RpcLink.open(settings.endpoint(), settings.transport(), events);
        boolean done = false;
        try {
            parts.get().forEach(part -> part.attach(link));
            session.open(link);
            restore(link);
            done = true;
            return link;
        } finally {
            if (!done) {
                link.close();
            }
        }
    }

    /// Restores what a client has on a connection on which it is logged in.
    void restore(RpcLink link) throws InterruptedException {
        for (Restorable part : parts.get()) {
            part.restore(link);
        }
    }

    private void ready(RpcLink link) {
        steady = Deadline.after(settings.retry().longest());
        if (state.ready(link)) {
            link.atEnd(this::lost);
        } else {
            link.close();
        }
    }

    private void lost(LinkEnd end) {
        ConnectionLostException why = new ConnectionLostException(end, false);
        failures = steady.passed() ? 0 : failures;
        if (end.cause() instanceof RuntimeException cause && isUseless(cause)) {
            var _ = state.closed(cause);
        } else if (!settings.retry().again()) {
            var _ = state.closed(why);
        } else if (!(state.now() instanceof ClientState.Closed)) {
            lock.lock();
            try {
                thread = Thread.ofVirtual().name("circle reconnect").start(() -> again(why));
            } finally {
                lock.unlock();
            }
        }
    }

    private void again(RuntimeException first) {
        RuntimeException why = first;
        try {
            while (true) {
                pause(why);
                state.connecting(failures);
                try {
                    ready(open());
                    return;
                } catch (RuntimeException e) {
                    if (isUseless(e)) {
                        // whoever uses the client gets the exception itself
                        LOG.atError()
                                .addKeyValue("problem", e)
                                .log("the client does not connect again");
                        var _ = state.closed(e);
                        return;
                    }
                    why = e;
                }
            }
        } catch (InterruptedException e) {
            LOG.atDebug().log("the client was closed while it connected");
        } catch (Error e) {
            var _ = state.closed(new IllegalStateException("connecting again has failed", e));
            throw e;
        }
    }

    private void pause(RuntimeException why) throws InterruptedException {
        int attempt = failures + 1;
        failures = attempt;
        Duration pause = backoff.before(attempt);
        state.waiting(settings.clock().instant().plus(pause), why);
        LOG.atDebug().addKeyValue("why", why.getMessage()).addKeyValue("pause", pause).log("waits");
        if (state.awaitClosed(Deadline.after(pause)).isPresent()) {
            throw new InterruptedException("the client was closed");
        }
    }

    /// Whether another attempt would end in the same way: the circle is another, it refuses the
    /// log-in, or the key's holder does.
    private static boolean isUseless(RuntimeException e) {
        return switch (e) {
            case UntrustedCircleException _ -> true;
            case ClientException _ -> false;
            case CircleException refused -> REFUSALS.contains(refused.code());
            default -> true;
        };
    }

    /// Makes no more connections, and closes the one that there is. Waits briefly; an interrupt
    /// cuts the waiting short and stays set.
    void close() {
        LinkEnd end = new LinkEnd(LinkEnd.NORMAL, "", false, null);
        state.closed(new ConnectionLostException(end, false)).ifPresent(RpcLink::close);
        Thread connecting = thread();
        if (connecting != null && connecting != Thread.currentThread()) {
            connecting.interrupt();
            try {
                var _ = connecting.join(WebSocketLink.CLOSE_GRACE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable Thread thread() {
        lock.lock();
        try {
            return thread;
        } finally {
            lock.unlock();
        }
    }
}
