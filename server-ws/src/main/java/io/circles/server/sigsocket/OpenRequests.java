package io.circles.server.sigsocket;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The requests that have not ended: this node's own, of which each key, each requester and the
/// circle may have so many, and those of other nodes that are shown here. The board's lock guards
/// it.
final class OpenRequests {
    /// So many times as many requests as a node may have open of its own are taken of each other
    /// node: what scripts have asked before limits were lowered is open all the same.
    private static final int GUESTS = 4;

    private final SignLimits limits;
    private final Desks desks;
    private final Map<String, Pending> pending = new HashMap<>();
    private final Guests guests;
    private final Shares shares = new Shares();
    private boolean closed;

    OpenRequests(SignLimits limits, Desks desks) {
        this.limits = limits;
        this.desks = desks;
        this.guests = new Guests(GUESTS * limits.pending());
    }

    /// This node's own.
    Collection<Pending> own() {
        return pending.values();
    }

    /// One of this node's own.
    @Nullable Pending own(String id) {
        return pending.get(id);
    }

    /// One of another node's.
    @Nullable Pending guest(String id) {
        return guests.get(id);
    }

    /// All of another node's.
    List<Pending> guests(Home home) {
        return guests.of(home);
    }

    @Nullable Pending find(String id) {
        Pending request = pending.get(id);
        return request == null ? guests.get(id) : request;
    }

    boolean isThere(Pending request) {
        return find(request.id()) == request;
    }

    /// Whether a key, or the circle, has as many requests as it may, or so the requester there.
    Optional<SignFailure> tooMuch(SignRequest request) {
        Desk desk = desks.find(request.key());
        int ofKey = desk == null ? 0 : desk.pending.size();
        if (pending.size() >= limits.pending() || ofKey >= limits.pendingOfKey()) {
            return Optional.of(SignFailure.TOO_MANY);
        }
        Requester who = request.requester();
        long itsOfKey = desk == null ? 0 : desk.shares.of(who);
        boolean tooMany =
                shares.of(who) >= Shares.of(limits.pending())
                        || itsOfKey >= Shares.of(limits.pendingOfKey());
        return tooMany ? Optional.of(SignFailure.TOO_MANY_OF_REQUESTER) : Optional.empty();
    }

    /// Adds one of this node's own, whether there is room for it or not.
    void add(Pending request) {
        pending.put(request.id(), request);
        Desk desk = desks.of(request.request.key());
        desk.pending.add(request);
        shares.add(request.request.requester(), 1);
        desk.shares.add(request.request.requester(), 1);
    }

    /// Adds one of another node's.
    ///
    /// @return false when there is no room for it
    boolean add(Pending guest, Home home) {
        boolean added = !closed && !pending.containsKey(guest.id()) && guests.add(guest, home);
        if (added) {
            desks.of(guest.request.key()).guests.add(guest);
        }
        return added;
    }

    /// Forgets one; its desk stays.
    void remove(Pending request) {
        if (request.isGuest()) {
            guests.remove(request);
            desks.of(request.request.key()).guests.remove(request);
        } else if (pending.remove(request.id()) != null) {
            Desk desk = desks.of(request.request.key());
            desk.pending.remove(request);
            shares.add(request.request.requester(), -1);
            desk.shares.add(request.request.requester(), -1);
        }
    }

    /// Ends one for all devices that were shown it.
    ///
    /// @param by the one that has answered it
    void close(Pending request, SignState state, @Nullable Seat by) {
        remove(request);
        Desk desk = desks.of(request.request.key());
        for (Seat seat : desk.seats) {
            seat.end(request, state, seat == by);
        }
        desk.showAll();
        desks.forgetIfEmpty(request.request.key());
    }

    /// None of other nodes is taken any more, and those that are here go.
    void close() {
        closed = true;
        guests.clear();
    }

    boolean isClosed() {
        return closed;
    }
}
