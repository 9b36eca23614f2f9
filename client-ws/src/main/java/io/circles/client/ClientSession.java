package io.circles.client;

import io.circles.protocol.crypto.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who a client is to its circle: its log-ins, one after the other, all to the circle that was
/// proven in the first. Its time is the circle's, as the last log-in showed it.
///
/// Concurrency: any thread. `lock` is held while a session is made, so that the signer is asked
/// one thing at a time, and while `stopped` is set; the fields can be looked at without it.
/// Whoever finds a session expired says which one that was, so that it is renewed once.
final class ClientSession implements InstantSource {
    private final @Nullable Signer signer;
    private final ClientSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable LoggedIn last;
    private volatile int number;
    private volatile boolean stopped;

    ClientSession(ClientSettings settings) {
        this.signer = settings.signer();
        this.settings = settings;
    }

    /// Which session this is; 0 before the first.
    int number() {
        return number;
    }

    /// The circle's key, proven if there was a log-in, otherwise what the caller expects.
    Optional<PublicKey> circle() {
        LoggedIn login = last;
        return Optional.ofNullable(login == null ? settings.circle() : login.circle());
    }

    /// The circle's time.
    ///
    /// @throws NullPointerException before the first log-in
    @Override
    public Instant instant() {
        return Objects.requireNonNull(last).time().instant();
    }

    /// Logs in on a new connection, unless the client is anonymous. Blocks for two requests and
    /// the signer.
    void open(RpcLink link) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!stopped) {
                login(link);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Logs in again, unless somebody has since that session, or nobody ever shall.
    ///
    /// @return whether it was done here
    boolean renew(RpcLink link, int expired) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return !stopped && expired == number && login(link);
        } finally {
            lock.unlock();
        }
    }

    private boolean login(RpcLink link) throws InterruptedException {
        if (signer == null) {
            return false;
        }
        last = Login.of(link, signer, circle().orElse(null), settings).run();
        int next = number + 1;
        number = next;
        return true;
    }

    /// Whether it logs in again when it has to.
    boolean lasts() {
        return signer != null && !stopped;
    }

    /// Logs in no more. Waits while that is being done.
    void stop() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }
}
