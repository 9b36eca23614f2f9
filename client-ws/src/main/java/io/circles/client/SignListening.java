package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps a client listening for what its key is asked to sign, on one connection after the other.
/// Each has a desk of its own: what is open when one ends comes again on the next, if it still
/// waits.
///
/// Concurrency: `lock` guards the desk and whether there shall be one; nothing blocks under it.
final class SignListening implements Restorable {
    private final SignDecider decider;
    private final ClientSession session;
    private final Renewal renewal;
    private final Duration timeout;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Place place;
    private boolean stopped;

    private record Place(RpcLink link, SignSession session, SignDesk desk) {}

    SignListening(SignDecider decider, ClientSession session, Renewal renewal, Duration timeout) {
        this.decider = decider;
        this.session = session;
        this.renewal = renewal;
        this.timeout = timeout;
    }

    /// Begins to listen on a connection, or goes on.
    @Override
    public void restore(RpcLink link) throws InterruptedException {
        Place here = placeOn(link);
        if (here != null) {
            here.session.listen();
        }
    }

    private @Nullable Place placeOn(RpcLink link) {
        lock.lock();
        try {
            Place last = place;
            if (stopped || (last != null && last.link == link)) {
                return stopped ? null : last;
            }
            SignSession says = new SignSession(link, renewal, timeout);
            SignCheck check = new SignCheck(session.circle().orElseThrow(), session);
            SignDesk desk = new SignDesk(decider, says, check);
            link.intercept((event, length) -> take(desk, event, length));
            link.atEnd(end -> desk.end(new SignOutcome.Failed(end.description())));
            place = new Place(link, says, desk);
            return place;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the notifications that are about signing; the rest is the application's.
    private static boolean take(SignDesk desk, RpcMessage.Notification event, int length) {
        JsonNode params = Objects.requireNonNullElse(event.params(), NullNode.instance);
        return switch (event.method()) {
            case "sign_request" -> {
                desk.requested(params, length);
                yield true;
            }
            case "sign_closed" -> {
                desk.closed(params);
                yield true;
            }
            default -> false;
        };
    }

    /// The application logs out: what is open ends, and nothing is listened for any more.
    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (place != null) {
                place.desk.end(new SignOutcome.Failed("the client has logged out"));
            }
        } finally {
            lock.unlock();
        }
    }
}
