package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.sigsocket.Decision.Ending;
import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import io.circles.server.store.SignStore;
import io.circles.server.store.Writing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who listens for which key, and what the keys are asked: shows each request to each device that
/// may see it, and decides which answer counts.
///
/// Thread-safe; nothing here waits. The lock guards everything, and is held while devices are
/// told and while the store is given what it is to keep.
final class Board {
    /// So many times as many requests as a node may have open of its own are taken of each other
    /// node: what scripts have asked before limits were lowered is open all the same.
    private static final int GUESTS = 4;

    private final SignLimits limits;
    private final SignStore store;
    private final Home own;
    private final Consumer<Seat> heard;

    private final Object lock = new Object();
    private final Map<String, Pending> pending = new HashMap<>();
    private final Guests guests;
    private final Map<PublicKey, Desk> desks = new HashMap<>();
    private final Shares shares = new Shares();

    /// Other nodes that have not said yet who listens there, or are about to say it again.
    private final Set<OtherNode> awaited = new HashSet<>();

    private boolean closed;

    /// @param store is given what happens in the order in which it does, and not waited for
    /// @param heard told of each device of this node that has come, which is taken then, or gone;
    ///     must not block
    Board(SignLimits limits, SignStore store, Consumer<Seat> heard) {
        this.limits = limits;
        this.store = store;
        this.own = new OwnHome(store);
        this.heard = heard;
        this.guests = new Guests(GUESTS * limits.pending());
    }

    /// Whose a request is.
    Home home(Pending request) {
        return request.home == null ? own : request.home;
    }

    /// Takes a request that somebody waits for, without showing it yet.
    ///
    /// @param now whether a device has to listen already
    /// @return on its way into the store
    /// @throws CircleException if it cannot be taken
    Writing<SignRow> reserve(Pending request, boolean now) {
        synchronized (lock) {
            if (closed) {
                throw new CircleException(ErrorCode.BUSY, "Busy: the circle is stopping");
            }
            Desk desk = desks.get(request.request.key());
            if (now && (desk == null || !desk.canSign(request.request))) {
                throw new CircleException(ErrorCode.SIGNER_NOT_CONNECTED);
            }
            Optional<SignFailure> tooMuch = tooMuch(request.request);
            if (tooMuch.isPresent()) {
                throw new CircleException(
                        ErrorCode.BUSY,
                        tooMuch.get() == SignFailure.TOO_MANY
                                ? "Busy: too many requests to sign are open"
                                : "Busy: " + tooMuch.get().words());
            }
            add(request);
            return store.requested(request.row);
        }
    }

    /// Whether a key, or the circle, has as many requests as it may, or so the requester there.
    private Optional<SignFailure> tooMuch(SignRequest request) {
        Desk desk = desks.get(request.key());
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

    /// Takes requests that a script has asked for already, however many there are.
    ///
    /// @return those for which there is no room and why; they are to be ended at once
    Map<Pending, SignFailure> take(List<Pending> requests) {
        Map<Pending, SignFailure> tooMany = new HashMap<>();
        synchronized (lock) {
            for (Pending request : requests) {
                tooMuch(request.request).ifPresent(why -> tooMany.put(request, why));
                add(request);
            }
        }
        return tooMany;
    }

    private void add(Pending request) {
        pending.put(request.id(), request);
        Desk desk = desk(request.request.key());
        desk.pending.add(request);
        shares.add(request.request.requester(), 1);
        desk.shares.add(request.request.requester(), 1);
    }

    private Desk desk(PublicKey key) {
        return desks.computeIfAbsent(
                key,
                _ -> new Desk(each -> home(each).delivered(each.row), () -> !awaited.isEmpty()));
    }

    /// Forgets a request that was never shown.
    void drop(Pending request) {
        synchronized (lock) {
            remove(request);
            forgetIfEmpty(request.request.key(), desk(request.request.key()));
        }
    }

    /// Whether something of that id is open that a script has asked for.
    boolean isOpen(String asking) {
        synchronized (lock) {
            return pending.values().stream()
                    .anyMatch(each -> each.row.asking().filter(asking::equals).isPresent());
        }
    }

    /// Shows a request to those who listen, and from now on to those who come.
    void open(Pending request) {
        synchronized (lock) {
            request.open = true;
            if (pending.containsKey(request.id())) {
                desk(request.request.key()).showAll();
            }
        }
    }

    /// A device comes.
    void sit(Seat seat) {
        synchronized (lock) {
            if (closed) {
                return;
            }
            Desk desk = desk(seat.key);
            seat.taken = true;
            desk.seats.add(seat);
            shutOut(desk, seat);
            desk.showAll();
            changed(seat);
        }
    }

    private static void shutOut(Desk desk, Seat by) {
        if (by.proven) {
            desk.seats.stream().filter(other -> !other.proven).forEach(Seat::withdraw);
        }
    }

    private void changed(Seat seat) {
        if (seat.isHere()) {
            heard.accept(seat);
        }
    }

    /// Other devices than before listen at another node.
    void change(Seat node, NodeMessage.Ears now) {
        synchronized (lock) {
            if (!node.taken) {
                return;
            }
            boolean proven = now.proven() > 0;
            if (now.anew() || (node.proven && !proven)) {
                node.withdraw();
            }
            if (now.fresh()) {
                node.refresh();
            }
            node.devices = now.shown();
            node.proven = proven;
            Desk desk = desk(node.key);
            shutOut(desk, node);
            desk.showAll();
        }
    }

    /// A device goes.
    void leave(Seat seat) {
        synchronized (lock) {
            if (!seat.taken) {
                return;
            }
            seat.taken = false;
            Desk desk = desk(seat.key);
            desk.seats.remove(seat);
            if (!seat.isHere()) {
                seat.withdraw();
            } else if (!desk.isHere()) {
                // they are asked again when there is a device again
                List.copyOf(desk.guests).forEach(this::remove);
            }
            desk.showAll();
            forgetIfEmpty(seat.key, desk);
            changed(seat);
        }
    }

    /// Another node is about to say who listens there. Until then a device of it may have proven
    /// any key: those that have not are shown nothing more.
    void await(OtherNode node) {
        synchronized (lock) {
            awaited.add(node);
        }
    }

    /// Another node has said who listens there, or is gone.
    void known(OtherNode node) {
        synchronized (lock) {
            if (awaited.remove(node) && awaited.isEmpty()) {
                desks.values().forEach(Desk::showAll);
            }
        }
    }

    /// It is not known any more whether a node's devices are there.
    ///
    /// @return id of what one is lost with that has proven nothing, should it be gone
    Optional<String> part(Seat node) {
        synchronized (lock) {
            String first = node.proven ? "" : node.firstLoose();
            leave(node);
            return first.isEmpty() ? Optional.empty() : Optional.of(first);
        }
    }

    /// A request has come to another node, where there is room for the next now.
    void took(OtherNode node, long weight) {
        synchronized (lock) {
            if (node.took(weight)) {
                node.seats.keySet().forEach(key -> desk(key).showAll());
            }
        }
    }

    /// A node has handed a request to a device.
    void delivered(Seat node, String id) {
        synchronized (lock) {
            Pending request = node.shown(id);
            if (request != null && !request.delivered) {
                request.delivered = true;
                own.delivered(request.row);
            }
        }
    }

    /// Shows what another node asks to those who listen here. When that is nobody any more, the
    /// other is just being told so.
    ///
    /// @return false when there is no room for it
    boolean host(Pending guest, Home home) {
        synchronized (lock) {
            if (!isListening(guest.request.key())) {
                return true;
            }
            // that which is here is being answered, and its home did not take that
            dismiss(guest.id(), home, SignState.CANCELLED);
            boolean added = !closed && !pending.containsKey(guest.id()) && guests.add(guest, home);
            if (added) {
                guest.open = true;
                Desk desk = desk(guest.request.key());
                desk.guests.add(guest);
                desk.showAll();
            }
            return added;
        }
    }

    /// Whether a device of this node listens for a key.
    boolean isListening(PublicKey key) {
        synchronized (lock) {
            Desk desk = desks.get(key);
            return desk != null && desk.isHere();
        }
    }

    /// Another node says that a request of its own is not to be answered any more.
    void dismiss(String id, Home home, SignState state) {
        synchronized (lock) {
            Pending guest = guests.get(id);
            if (guest != null && guest.home == home) {
                close(guest, state, null);
            }
        }
    }

    /// Another node is gone, with all of its requests, or begins anew.
    void dismissAll(OtherNode home) {
        synchronized (lock) {
            home.takeBack();
            guests.of(home).forEach(guest -> close(guest, SignState.CANCELLED, null));
        }
    }

    private void forgetIfEmpty(PublicKey key, Desk desk) {
        if (desk.isEmpty()) {
            desks.remove(key);
        }
    }

    /// What a device was shown and can still answer.
    @Nullable Pending shown(Seat seat, String id) {
        synchronized (lock) {
            Pending request = seat.taken ? seat.shown(id) : null;
            return request == null || request.decided ? null : request;
        }
    }

    /// What a device was shown and answers too late, as it has ended elsewhere, or that is being
    /// written; once for each.
    @Nullable Pending missed(Seat seat, String id) {
        synchronized (lock) {
            return seat.takeMissed(id);
        }
    }

    /// Decides how a request ends: the first to say so is right. The store is given decisions in
    /// the order in which they are made.
    ///
    /// @param by the device that answered it
    /// @return empty when it is decided already, or that device has no say in it any more
    Optional<Decision> decide(Pending request, Outcome outcome, @Nullable Seat by) {
        synchronized (lock) {
            boolean asked = by == null || (by.taken && by.shown(request.id()) == request);
            return asked && isUndecided(request)
                    ? Optional.of(decided(List.of(request), outcome, by))
                    : Optional.empty();
        }
    }

    private boolean isUndecided(Pending request) {
        boolean forLater = closed && !request.isLoose();
        return !forLater && !request.decided && isThere(request);
    }

    private boolean isThere(Pending request) {
        return find(request.id()) == request;
    }

    private @Nullable Pending find(String id) {
        Pending request = pending.get(id);
        return request == null ? guests.get(id) : request;
    }

    /// Decides how several of this node's end, as far as that is not decided.
    Decision decideAll(List<Pending> requests, Outcome outcome) {
        synchronized (lock) {
            return decided(requests.stream().filter(this::isUndecided).toList(), outcome, null);
        }
    }

    private Decision decided(List<Pending> requests, Outcome outcome, @Nullable Seat by) {
        for (Pending request : requests) {
            request.decided = true;
            request.answering = by;
        }
        List<SignRow> rows = requests.stream().map(request -> request.row).toList();
        Home home = requests.isEmpty() ? own : home(requests.getFirst());
        return new Decision(requests, outcome, by, home.ending(rows, outcome));
    }

    /// A device is gone, and with it a request that somebody waits for and nobody else is shown.
    Optional<Decision> lose(Seat seat, String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = shown(seat, id);
            Optional<Decision> lost =
                    request != null && isForNobodyBut(seat, request)
                            ? decide(request, outcome, seat)
                            : Optional.empty();
            leave(seat);
            return lost;
        }
    }

    /// A node is gone: as if it had been a device that was asked one thing after the other.
    Optional<Decision> lose(Seat node, Outcome outcome) {
        synchronized (lock) {
            return lose(node, node.proven ? "" : node.firstLoose(), outcome);
        }
    }

    /// A node's device is gone, from which a request was withdrawn before.
    Optional<Decision> lose(String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = pending.get(id);
            return request != null && isForNobodyBut(null, request)
                    ? decide(request, outcome, null)
                    : Optional.empty();
        }
    }

    /// A device has answered wrongly: that ends what somebody waits for and nobody else can answer;
    /// anything else is taken back from that device alone.
    Optional<Decision> fail(Seat seat, String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = shown(seat, id);
            if (request == null || isForNobodyBut(seat, request)) {
                return Optional.ofNullable(request).flatMap(each -> decide(each, outcome, seat));
            }
            seat.fail(request);
            desk(seat.key).showAll();
            return Optional.empty();
        }
    }

    /// Whether somebody waits for a request that no other device can answer.
    private boolean isForNobodyBut(@Nullable Seat seat, Pending request) {
        return request.isLoose()
                && desk(request.request.key()).audience().stream()
                        .noneMatch(other -> other != seat && other.mayAnswer(request));
    }

    /// Takes a decision back of which it is not known here that it was kept: a script's request
    /// stays open; whoever waits for another has to be told something.
    void undo(Decision decision) {
        synchronized (lock) {
            for (Pending request : decision.requests()) {
                if (request.isLoose() && !request.isGuest()) {
                    end(request, new Outcome.Failed(SignFailure.NOT_KEPT), null);
                } else if (isThere(request)) {
                    request.decided = false;
                    request.answering = null;
                    desk(request.request.key()).showAll();
                }
            }
        }
    }

    /// Carries a decision out that is durable now.
    ///
    /// @return what has ended
    List<Ending> carryOut(Decision decision, SignEnds ends) {
        List<Ending> ended = new ArrayList<>();
        synchronized (lock) {
            for (SignEnds.Each each : ends.requests()) {
                Pending request = find(each.request());
                if (request != null && !(request.isGuest() && decision.isNotOf(request))) {
                    Outcome outcome = decision.of(request, each.end());
                    end(request, outcome, decision.by());
                    ended.add(new Ending(request, outcome));
                }
            }
            for (Pending request : decision.missing(ends)) {
                if (request.isGuest()) {
                    wasRefused(request, decision);
                } else {
                    wasOver(request);
                }
            }
        }
        return ended;
    }

    /// Its home has another end of it, or none yet: then it asks again when another device comes.
    private void wasRefused(Pending guest, Decision decision) {
        Seat by = decision.by();
        if (!isThere(guest)) {
            return;
        }
        if (by != null && decision.outcome() instanceof Outcome.Failed) {
            by.fail(guest);
            remove(guest);
            forgetIfEmpty(guest.request.key(), desk(guest.request.key()));
        } else {
            close(guest, SignState.CANCELLED, null);
        }
    }

    /// The store was given another end first, which is carried out by whoever decided it.
    private void wasOver(Pending request) {
        request.answering = null;
        if (request.isLoose()) {
            end(request, new Outcome.Failed(SignFailure.NOT_KEPT), null);
        }
    }

    private void end(Pending request, Outcome outcome, @Nullable Seat by) {
        close(request, outcome.state(), by);
        request.end(outcome);
    }

    private void close(Pending request, SignState state, @Nullable Seat by) {
        remove(request);
        Desk desk = desk(request.request.key());
        for (Seat seat : desk.seats) {
            seat.end(request, state, seat == by);
        }
        desk.showAll();
        forgetIfEmpty(request.request.key(), desk);
    }

    private void remove(Pending request) {
        if (request.isGuest()) {
            guests.remove(request);
            desk(request.request.key()).guests.remove(request);
        } else if (pending.remove(request.id()) != null) {
            Desk desk = desk(request.request.key());
            desk.pending.remove(request);
            shares.add(request.request.requester(), -1);
            desk.shares.add(request.request.requester(), -1);
        }
    }

    /// Takes no new requests and no answers.
    ///
    /// @return those that end with the server
    List<Pending> close() {
        synchronized (lock) {
            closed = true;
            desks.values().forEach(desk -> desk.seats.forEach(seat -> seat.taken = false));
            desks.values().forEach(desk -> desk.seats.clear());
            guests.clear();
            return pending.values().stream().filter(Pending::isLoose).toList();
        }
    }

    int pending() {
        synchronized (lock) {
            return pending.size();
        }
    }

    /// Devices that are shown requests, at whatever node.
    int devices() {
        synchronized (lock) {
            return desks.values().stream()
                    .flatMap(desk -> desk.audience().stream())
                    .mapToInt(seat -> seat.devices)
                    .sum();
        }
    }

    /// Keys for which a device of this node listens.
    List<PublicKey> keys() {
        synchronized (lock) {
            return desks.entrySet().stream()
                    .filter(each -> each.getValue().isHere())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /// The devices of this node that listen for a key.
    NodeMessage.Ears here(PublicKey key, boolean fresh, boolean anew) {
        synchronized (lock) {
            Desk desk = desks.get(key);
            return desk == null
                    ? new NodeMessage.Ears(key.hex(), 0, 0, fresh, anew)
                    : desk.here(key, fresh, anew);
        }
    }

    /// Whether a device listens for a key, at whatever node.
    boolean isConnected(PublicKey key) {
        synchronized (lock) {
            Desk desk = desks.get(key);
            return desk != null && !desk.seats.isEmpty();
        }
    }
}
