package io.circles.server.rpc;

import io.circles.protocol.CircleApi;
import io.circles.server.session.Identity;
import io.circles.server.session.Session;
import io.circles.server.transport.Connection;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/// Tells a client the moment its session runs out, with the event `session_expired`. Confined to
/// the connection's mailbox.
final class SessionExpiry {
    private final Session session;
    private final Connection connection;
    private final Runnable changed;
    private @Nullable ScheduledFuture<?> timer;
    private Identity watched = new Identity.Anonymous();

    /// @param changed run when the session is found to be another's, or nobody's, before anybody is
    ///     told
    SessionExpiry(Session session, Connection connection, Runnable changed) {
        this.session = session;
        this.connection = connection;
        this.changed = changed;
    }

    /// Called after every frame: a log-in, a renewal or a log-out moves the end.
    void watch() {
        Identity now = session.identity();
        if (now.equals(watched)) {
            return;
        }
        forget();
        changed.run();
        if (now instanceof Identity.Expired expired && watched instanceof Identity.Proven proven) {
            tell(expired, proven);
        }
        watched = now;
        if (now instanceof Identity.Proven) {
            timer = connection.later(this::watchAgain, session.millisLeft());
        }
    }

    private void watchAgain() {
        if (session.identity() instanceof Identity.Proven proven && proven.equals(watched)) {
            // the timer was early by the session's own clock
            timer = connection.later(this::watchAgain, session.millisLeft());
        } else {
            watch();
        }
    }

    private void tell(Identity.Expired expired, Identity.Proven proven) {
        CircleApi.Event event =
                new CircleApi.SessionExpired(
                        expired.key().hex(), proven.expiresAt().getEpochSecond());
        connection.send(event.notification().encode());
    }

    /// Watches no longer.
    void forget() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
