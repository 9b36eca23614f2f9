package io.circles.server.sigsocket;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A device at a key, or all those at another node, as the board knows it. The board's lock guards
/// what can change, and is held while the device is told, so that it is told in order.
final class Seat implements Listening {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);

    /// What one device is shown at a time, in bytes: well below what a connection may leave
    /// unread.
    private static final long MOST_SHOWN = 1 << 20;

    /// Of how many that ended elsewhere a late answer is known.
    private static final int MOST_MISSED = 64;

    /// Of how many requests it is known that it has answered them wrongly.
    private static final int MOST_FAILED = 1_024;

    private final SigSocket socket;
    final PublicKey key;
    private final Device device;

    /// Where it is, if not at this node.
    private final @Nullable OtherNode node;

    /// Another node's can become proven, and not be so any more.
    boolean proven;

    /// How many devices it stands for.
    int devices = 1;

    private final Map<String, Pending> shown = new LinkedHashMap<>();
    private final Map<String, Pending> missed = new LinkedHashMap<>();

    /// Ids of open requests to which it has answered wrongly.
    private final Set<String> failed = new LinkedHashSet<>();

    private final Shares weights = new Shares();
    private long weight;
    boolean taken;

    Seat(SigSocket socket, PublicKey key, Device device, boolean proven) {
        this.socket = socket;
        this.key = key;
        this.device = device;
        this.proven = proven;
        this.node = null;
    }

    /// The devices of another node.
    ///
    /// @param node is told what is to be shown to them
    Seat(SigSocket socket, NodeMessage.Ears ears, OtherNode node) {
        this.socket = socket;
        this.key = ears.publicKey();
        this.device = node;
        this.proven = ears.proven() > 0;
        this.devices = ears.shown();
        this.node = node;
    }

    /// Whether it is a device of this node.
    boolean isHere() {
        return node == null;
    }

    @Override
    public boolean respond(String id, Signature signature) {
        return socket.answer(this, id, new Outcome.Approved(signature));
    }

    @Override
    public boolean reject(String id, String reason) {
        return socket.answer(this, id, new Outcome.Rejected(reason));
    }

    @Override
    public boolean failed(String id, SignFailure why) {
        return socket.answer(this, id, new Outcome.Failed(why));
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
        return (proven || request.digest() == SignDigest.SHA256)
                && (isHere() || OtherNode.canBeTold(request));
    }

    /// Whether it can answer a request, now or when there is room for it. What another node asks is
    /// for the devices of this one.
    boolean mayAnswer(Pending pending) {
        return (isHere() || !pending.isGuest())
                && canSign(pending.request)
                && !failed.contains(pending.id());
    }

    /// It has answered wrongly: it is not asked again.
    void fail(Pending pending) {
        takeBack(pending);
        failed.add(pending.id());
        if (failed.size() > MOST_FAILED) {
            failed.remove(failed.iterator().next());
        }
    }

    /// A device has come to those that it stands for: it may be asked what the others failed at.
    void refresh() {
        failed.clear();
    }

    boolean wants(Pending pending) {
        return mayAnswer(pending)
                && !shown.containsKey(pending.id())
                && (shown.isEmpty() || weight + pending.weight() <= MOST_SHOWN)
                && hasRoom(pending)
                && (node == null || node.hasRoom(pending.weight()));
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

    /// Id of what it was shown first and somebody waits for; empty when there is none.
    String firstLoose() {
        return shown.values().stream()
                .filter(Pending::isLoose)
                .map(Pending::id)
                .findFirst()
                .orElse("");
    }

    @Nullable Pending shown(String id) {
        return shown.get(id);
    }

    /// A request has ended, and it was by this device or by another.
    void end(Pending pending, SignState state, boolean by) {
        failed.remove(pending.id());
        if (!takeBack(pending)) {
            return;
        }
        if (!by || !isHere()) {
            miss(pending);
        }
        if (!by) {
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

    /// The request that a late answer is for, once for each device. While another's end of it is
    /// being written it is shown no longer here: should that fail, it is shown again.
    @Nullable Pending takeMissed(String id) {
        Pending pending = shown.get(id);
        if (pending != null && pending.decided && pending.answering != this) {
            takeBack(pending);
            return pending;
        }
        if (pending != null && pending.decided && !isHere()) {
            // it was another of its devices
            return pending;
        }
        return isHere() ? missed.remove(id) : missed.get(id);
    }

    private void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("key", key).setCause(e).log("a device was not told");
        }
    }
}
