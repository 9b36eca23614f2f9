package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews a client's session on its connection: before it expires, by the circle's clock, and when
/// it has expired all the same. Then what ended with it is restored; a connection on which that is
/// not possible is dropped, since nobody would notice a client that has gone deaf.
///
/// Concurrency: any thread. `renewing` lets the reading thread start one renewal at a time, on a
/// virtual thread; `expired` is the connection whose session has expired and is not restored yet,
/// and whoever takes it out restores.
final class Renewal implements Restorable {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
    private static final double EARLIEST = 0.75;
    private static final double LATEST = 0.9;

    /// A circle whose sessions end before they begin does not keep the signer busy.
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    /// Of the year 9999; what a circle says may be anything.
    private static final long LAST_SECOND = 253_402_300_799L;

    private final ClientSession session;
    private final ClientSettings settings;
    private final Restoring restoring;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final AtomicReference<@Nullable RpcLink> expired = new AtomicReference<>();
    private volatile Deadline end = Deadline.after(Duration.ZERO);

    /// Restores what there was before.
    interface Restoring {
        void on(RpcLink link) throws InterruptedException;
    }

    Renewal(ClientSession session, ClientSettings settings, Restoring restoring) {
        this.session = session;
        this.settings = settings;
        this.restoring = restoring;
    }

    @Override
    public void attach(RpcLink link) {
        link.intercept((event, _) -> take(link, event));
    }

    /// Looks for when the session ends.
    @Override
    public void restore(RpcLink link) {
        if (session.lasts()) {
            link.ask("whoami", result -> plan(link, result));
        }
    }

    /// Which session the client has now.
    int session() {
        return session.number();
    }

    private boolean take(RpcLink link, RpcMessage.Notification event) {
        if (event.method().equals("session_expired") && session.lasts()) {
            expired.set(link);
            start(link);
        }
        return false;
    }

    /// Many clients that logged in together after a restart do not do it together again.
    private void plan(RpcLink link, JsonNode whoami) {
        JsonNode expiry = whoami.path("expires_at");
        if (expiry.isIntegralNumber() && expiry.canConvertToLong() && session.lasts()) {
            Instant at = Instant.ofEpochSecond(Math.clamp(expiry.asLong(), 0, LAST_SECOND));
            long left = Math.max(0, Duration.between(session.instant(), at).toMillis());
            end = Deadline.after(Duration.ofMillis(left));
            double part = EARLIEST + (LATEST - EARLIEST) * settings.random().nextDouble();
            long pause = Math.max(SHORTEST_PAUSE.toMillis(), (long) (left * part));
            link.wake(Duration.ofMillis(pause), () -> start(link));
        }
    }

    private void start(RpcLink link) {
        if (renewing.compareAndSet(false, true)) {
            int number = session.number();
            Thread.ofVirtual().name("circle renewal").start(() -> run(link, number));
        }
    }

    private void run(RpcLink link, int number) {
        try {
            renewOn(link, number);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } catch (RuntimeException e) {
            failed(link, e);
        } finally {
            renewing.set(false);
            if (expired.get() == link && link.takesRequests()) {
                start(link);
            }
        }
    }

    /// What ends with its connection is no news: that end is told, and on the next one all is new.
    private void failed(RpcLink link, RuntimeException e) {
        if (link.ended()) {
            expired.compareAndSet(link, null);
        } else if (expired.get() == link || e instanceof UntrustedCircleException) {
            LOG.atError().addKeyValue("problem", e).log("the session could not be renewed");
            expired.compareAndSet(link, null);
            link.drop("the session could not be renewed: " + e.getMessage(), e);
        } else if (end.remaining().compareTo(SHORTEST_PAUSE) > 0) {
            LOG.atWarn().addKeyValue("problem", e).log("the session could not be renewed yet");
            link.wake(end.remaining().dividedBy(2), () -> start(link));
        }
    }

    /// The circle has refused something because the session has expired. Blocks until there is a
    /// new one, and what ended with the old one is restored.
    ///
    /// @param number the session in which it was asked
    /// @return whether it is worth while to ask again
    /// @throws CircleException what the circle answered
    /// @throws ClientException when no answer came, or the circle is another
    boolean renew(RpcLink link, int number) throws InterruptedException {
        if (!session.lasts()) {
            return false;
        }
        if (number == session.number()) {
            expired.set(link);
        }
        try {
            renewOn(link, number);
            return true;
        } catch (RuntimeException e) {
            failed(link, e);
            throw e;
        }
    }

    private void renewOn(RpcLink link, int number) throws InterruptedException {
        boolean mine = session.renew(link, number);
        if (expired.compareAndSet(link, null)) {
            restoreAll(link);
        } else if (mine) {
            restore(link);
        }
    }

    private void restoreAll(RpcLink link) throws InterruptedException {
        boolean done = false;
        try {
            restoring.on(link);
            done = true;
        } finally {
            if (!done) {
                expired.set(link);
                start(link);
            }
        }
    }
}
