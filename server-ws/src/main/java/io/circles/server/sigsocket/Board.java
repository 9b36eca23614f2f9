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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who listens for which key, and what the keys are asked: shows each request to each device that
/// may see it, and decides which answer counts.
///
/// Thread-safe; nothing here waits. The lock guards everything, and is held while devices are
/// told and while the store is given what it is to keep.
final class Board {
    private final SignLimits limits;
    private final SignStore store;

    private final Object lock = new Object();
    private final Map<String, Pending> pending = new HashMap<>();
    private final Map<PublicKey, Desk> desks = new HashMap<>();
    private final Shares shares = new Shares();
    private boolean closed;

    /// @param store is given what happens in the order in which it does, and not waited for
    Board(SignLimits limits, SignStore store) {
        this.limits = limits;
        this.store = store;
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
        return desks.computeIfAbsent(key, _ -> new Desk(each -> store.deliveredLater(each.row)));
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
            if (seat.proven) {
                desk.seats.stream().filter(other -> !other.proven).forEach(Seat::withdraw);
            }
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
            desk.showAll();
            forgetIfEmpty(seat.key, desk);
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
        return !forLater && !request.decided && pending.containsKey(request.id());
    }

    /// Decides how several end, as far as that is not decided.
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
        return new Decision(requests, outcome, by, store.ending(rows, outcome.end()));
    }

    /// A device is gone, and with it a request that somebody waits for and nobody else is shown.
    Optional<Decision> lose(Seat seat, String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = shown(seat, id);
            Optional<Decision> lost =
                    request != null && isForSeatAlone(request, seat)
                            ? decide(request, outcome, seat)
                            : Optional.empty();
            leave(seat);
            return lost;
        }
    }

    /// A device has answered wrongly: that ends what somebody waits for and nobody else can answer;
    /// anything else is taken back from that device alone.
    Optional<Decision> fail(Seat seat, String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = shown(seat, id);
            if (request == null || isForSeatAlone(request, seat)) {
                return Optional.ofNullable(request).flatMap(each -> decide(each, outcome, seat));
            }
            seat.fail(request);
            desk(seat.key).showAll();
            return Optional.empty();
        }
    }

    /// Whether somebody waits for a request that no other device can answer.
    private boolean isForSeatAlone(Pending request, Seat seat) {
        return request.isLoose()
                && desk(seat.key).audience().stream()
                        .noneMatch(other -> other != seat && other.mayAnswer(request));
    }

    /// Takes a decision back that was not kept: a script's request stays open; whoever waits for
    /// another has to be told something.
    void undo(Decision decision) {
        synchronized (lock) {
            for (Pending request : decision.requests()) {
                if (request.isLoose()) {
                    end(request, new Outcome.Failed(SignFailure.NOT_KEPT), null);
                } else {
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
                Pending request = pending.get(each.request());
                if (request != null) {
                    Outcome outcome = decision.of(request, each.end());
                    end(request, outcome, decision.by());
                    ended.add(new Ending(request, outcome));
                }
            }
            decision.missing(ends).forEach(this::wasOver);
        }
        return ended;
    }

    /// The store was given another end first, which is carried out by whoever decided it.
    private void wasOver(Pending request) {
        request.answering = null;
        if (request.isLoose()) {
            end(request, new Outcome.Failed(SignFailure.NOT_KEPT), null);
        }
    }

    private void end(Pending request, Outcome outcome, @Nullable Seat by) {
        remove(request);
        Desk desk = desk(request.request.key());
        for (Seat seat : desk.seats) {
            seat.end(request, outcome.state(), seat == by);
        }
        desk.showAll();
        forgetIfEmpty(request.request.key(), desk);
        request.end(outcome);
    }

    private void remove(Pending request) {
        if (pending.remove(request.id()) != null) {
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
            return pending.values().stream().filter(Pending::isLoose).toList();
        }
    }

    int pending() {
        synchronized (lock) {
            return pending.size();
        }
    }

    /// Devices that are shown requests.
    int devices() {
        synchronized (lock) {
            return desks.values().stream().mapToInt(desk -> desk.audience().size()).sum();
        }
    }

    /// Keys for which a device listens.
    int keys() {
        synchronized (lock) {
            return (int) desks.values().stream().filter(desk -> !desk.seats.isEmpty()).count();
        }
    }

    boolean isConnected(PublicKey key) {
        synchronized (lock) {
            Desk desk = desks.get(key);
            return desk != null && !desk.seats.isEmpty();
        }
    }
}
