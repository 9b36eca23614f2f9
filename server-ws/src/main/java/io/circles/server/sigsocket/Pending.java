package io.circles.server.sigsocket;

import io.circles.server.store.SignRow;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/// A request that has not ended. The board's lock guards what can change, but for the outcome,
/// which is written once before the latch opens and read after it.
final class Pending {
    final SignRequest request;
    final SignRow row;
    final String cause;

    /// The node whose it is, where that is another.
    final @Nullable Home home;

    /// Whether devices may be handed it.
    boolean open;

    boolean delivered;

    /// Whether its end is being written.
    boolean decided;

    /// The device whose answer that is, unless the store says that another's was first.
    @Nullable Seat answering;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable ScheduledFuture<?> timer;

    /// @param cause id of the run that asked for it, or empty
    Pending(SignRequest request, SignRow row, String cause) {
        this(request, row, cause, null);
    }

    private Pending(SignRequest request, SignRow row, String cause, @Nullable Home home) {
        this.request = request;
        this.row = row;
        this.cause = cause;
        this.home = home;
        this.delivered = row.delivered();
    }

    /// A request that somebody waits for.
    static Pending loose(SignRequest request) {
        return new Pending(request, request.row(Optional.empty()), "");
    }

    /// A request of another node's, which knows who waits for it: whatever happens to it here is
    /// told there at once.
    static Pending guest(SignRequest request, Home home) {
        return new Pending(request, request.row(Optional.empty()), "", home);
    }

    /// The node whose it is.
    ///
    /// @param own this node
    Home homeOr(Home own) {
        return home == null ? own : home;
    }

    /// Whether it is another node's.
    boolean isGuest() {
        return home != null;
    }

    /// Whether somebody waits for it, and not a script.
    boolean isLoose() {
        return row.asking().isEmpty();
    }

    String id() {
        return request.id();
    }

    /// What a device takes for it, in bytes.
    long weight() {
        return weight(request);
    }

    static long weight(SignRequest request) {
        return request.message().base64().length() + request.display().length() + 512L;
    }

    void expiresWith(ScheduledFuture<?> expiry) {
        timer = expiry;
    }

    /// It has ended, and that is durable.
    void end(Outcome how) {
        outcome = how;
        over.countDown();
        ScheduledFuture<?> expiry = timer;
        if (expiry != null) {
            expiry.cancel(false);
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /// Waits for its end.
    Signed await() throws InterruptedException {
        over.await();
        Outcome how = outcome;
        if (how == null) {
            throw new IllegalStateException("a request without an outcome");
        }
        return how.of(request);
    }
}
