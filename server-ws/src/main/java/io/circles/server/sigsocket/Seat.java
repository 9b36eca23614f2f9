package io.circles.server.sigsocket;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A device at a key, as the board knows it. The board's lock guards what can change, and is held
/// while the device is told, so that it is told in order.
final class Seat implements Listening {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

    /// What one device is shown at a time, in bytes: well below what a connection may leave
    /// unread.
    private static final long MOST_SHOWN = 1 << 20;

    /// Of how many that ended elsewhere a late answer is known.
    private static final int MOST_MISSED = 64;

    private final SigSocket socket;
    final PublicKey key;
    final boolean proven;
    private final Device device;
    private final Map<String, Pending> shown = new LinkedHashMap<>();
    private final Map<String, Pending> missed = new LinkedHashMap<>();

    /// Ids of open requests to which it has answered wrongly.
    private final Set<String> failed = new HashSet<>();

    private final Shares weights = new Shares();
    private long weight;
    boolean taken;

    Seat(SigSocket socket, PublicKey key, Device device, boolean proven) {
        this.socket = socket;
        this.key = key;
        this.device = device;
        this.proven = proven;
    }

    @Override
    public boolean respond(String id, Signature signature) {
        return socket.respond(this, id, signature);
    }

    @Override
    public boolean reject(String id, String reason) {
        return socket.answer(this, id, new Outcome.Rejected(reason));
    }

    @Override
    public boolean failed(String id, SignFailure why) {
        return socket.failed(this, id, new Outcome.Failed(why));
    }

    @Override
    public void lost(String id) {
        socket.lost(this, id);
    }

    @Override
    public void close() {
        socket.leave(this);
    }

    /// Devices of the original protocol sign the message alone.
    boolean canSign(SignRequest request) {
        return proven || request.digest() == SignDigest.SHA256;
    }

    /// Whether it can answer a request, now or when there is room for it.
    boolean mayAnswer(Pending pending) {
        return canSign(pending.request) && !failed.contains(pending.id());
    }

    /// It has answered wrongly: it is not asked again.
    void fail(Pending pending) {
        takeBack(pending);
        failed.add(pending.id());
    }

    boolean wants(Pending pending) {
        return mayAnswer(pending)
                && !shown.containsKey(pending.id())
                && (shown.isEmpty() || weight + pending.weight() <= MOST_SHOWN)
                && hasRoom(pending);
    }

    /// Whether its requester is shown less than its share; always one, however large.
    private boolean hasRoom(Pending pending) {
        long others = weights.of(pending.request.requester());
        return others == 0 || others + pending.weight() <= Shares.of(MOST_SHOWN);
    }

    void show(Pending pending) {
        shown.put(pending.id(), pending);
        missed.remove(pending.id());
        weigh(pending, pending.weight());
        guarded(() -> device.requested(pending.request, pending.cause));
    }

    @Nullable Pending shown(String id) {
        return shown.get(id);
    }

    /// A request has ended, and it was this device that ended it or another.
    void end(Pending pending, SignState state, boolean here) {
        failed.remove(pending.id());
        if (takeBack(pending) && !here) {
            miss(pending);
            guarded(() -> device.closed(pending.request, state));
        }
    }

    private void weigh(Pending pending, long more) {
        weight += more;
        weights.add(pending.request.requester(), more);
    }

    private boolean takeBack(Pending pending) {
        boolean was = shown.remove(pending.id()) != null;
        if (was) {
            weigh(pending, -pending.weight());
        }
        return was;
    }

    private void miss(Pending pending) {
        missed.put(pending.id(), pending);
        if (missed.size() > MOST_MISSED) {
            missed.remove(missed.keySet().iterator().next());
        }
    }

    /// Takes everything back that was shown: others are asked now.
    void withdraw() {
        List<Pending> all = new ArrayList<>(shown.values());
        all.forEach(pending -> end(pending, SignState.CANCELLED, false));
    }

    /// The request that a late answer is for, once. While another's end of it is being written it
    /// is shown no longer here: should that fail, it is shown again.
    @Nullable Pending takeMissed(String id) {
        Pending pending = shown.get(id);
        if (pending != null && pending.decided && pending.answering != this) {
            takeBack(pending);
            return pending;
        }
        return missed.remove(id);
    }

    private void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("key", key).setCause(e).log("a device was not told");
        }
    }
}
