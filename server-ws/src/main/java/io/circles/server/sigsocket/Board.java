package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.sigsocket.Decision.Ending;
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
/// told.
final class Board {
    private final SignLimits limits;
    private final Consumer<Pending> delivered;

    private final Object lock = new Object();
    private final Map<String, Pending> pending = new HashMap<>();
    private final Map<PublicKey, Desk> desks = new HashMap<>();
    private final Map<String, Asking> askings = new HashMap<>();
    private boolean closed;

    /// @param delivered told of each request that a device was handed for the first time; must not
    ///     block
    Board(SignLimits limits, Consumer<Pending> delivered) {
        this.limits = limits;
        this.delivered = delivered;
    }

    /// Takes a request that somebody waits for, without showing it yet.
    ///
    /// @param now whether a device has to listen already
    /// @throws CircleException if it cannot be taken
    void reserve(Pending request, boolean now) {
        synchronized (lock) {
            if (closed) {
                throw new CircleException(ErrorCode.BUSY, "Busy: the circle is stopping");
            }
            Desk desk = desks.get(request.request.key());
            if (now && (desk == null || !desk.canSign(request.request))) {
                throw new CircleException(ErrorCode.SIGNER_NOT_CONNECTED);
            }
            if (isTooMuch(request.request.key())) {
                throw new CircleException(
                        ErrorCode.BUSY, "Busy: too many requests to sign are open");
            }
            add(request);
        }
    }

    /// Whether a key, or the circle, has as many requests as it may.
    private boolean isTooMuch(PublicKey key) {
        Desk desk = desks.get(key);
        return pending.size() >= limits.pending()
                || (desk != null && desk.pending.size() >= limits.pendingOfKey());
    }

    /// Takes requests that a script has asked for already, however many there are.
    ///
    /// @return those for which there is no room, which are to be ended at once
    Set<Pending> take(List<Pending> requests) {
        Set<Pending> tooMany = new HashSet<>();
        synchronized (lock) {
            for (Pending request : requests) {
                if (isTooMuch(request.request.key())) {
                    tooMany.add(request);
                }
                add(request);
            }
        }
        return tooMany;
    }

    private void add(Pending request) {
        pending.put(request.id(), request);
        if (request.asking != null) {
            askings.put(request.asking.id, request.asking);
        }
        desk(request.request.key()).pending.add(request);
    }

    private Desk desk(PublicKey key) {
        return desks.computeIfAbsent(key, _ -> new Desk(delivered));
    }

    /// Forgets a request that was never shown.
    void drop(Pending request) {
        synchronized (lock) {
            pending.remove(request.id());
            Desk desk = desk(request.request.key());
            desk.pending.remove(request);
            forgetIfEmpty(request.request.key(), desk);
        }
    }

    /// Forgets what a script asked for, of which every request is dropped.
    void forget(@Nullable Asking asking) {
        synchronized (lock) {
            if (asking != null) {
                askings.remove(asking.id, asking);
            }
        }
    }

    /// Whether something of that id is open that a script has asked for.
    boolean isOpen(String asking) {
        synchronized (lock) {
            return askings.containsKey(asking);
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

    /// Whether nobody else is shown what a device is.
    boolean isAlone(Seat seat) {
        synchronized (lock) {
            Desk desk = desks.get(seat.key);
            return desk != null && desk.audience().equals(List.of(seat));
        }
    }

    /// What a device was shown and can still answer.
    @Nullable Pending shown(Seat seat, String id) {
        synchronized (lock) {
            Pending request = seat.taken ? seat.shown(id) : null;
            return request == null || request.decided != null ? null : request;
        }
    }

    /// What a device was shown and answers too late; once for each.
    @Nullable Pending missed(Seat seat, String id) {
        synchronized (lock) {
            return seat.takeMissed(id);
        }
    }

    /// Decides how a request ends: the first to say so is right.
    ///
    /// @param by the device that answered it
    /// @return empty when it is decided already, or that device has no say in it any more
    Optional<Decision> decide(Pending request, Outcome outcome, @Nullable Seat by) {
        synchronized (lock) {
            boolean asked = by == null || (by.taken && by.shown(request.id()) == request);
            boolean over = request.decided != null || !pending.containsKey(request.id());
            boolean forLater = closed && request.asking != null;
            if (!asked || over || forLater) {
                return Optional.empty();
            }
            List<Ending> endings = new ArrayList<>();
            decide(request, outcome, endings);
            Optional<Asking> ended =
                    Optional.ofNullable(request.asking)
                            .filter(asking -> asking.decided == null && isOver(asking, endings));
            return Optional.of(new Decision(endings, by, ended));
        }
    }

    /// Decides that what a script asked for is withdrawn.
    ///
    /// @return empty when there is none of that id, or its end is decided already
    Optional<Decision> withdraw(String id) {
        synchronized (lock) {
            Asking asking = askings.get(id);
            if (closed || asking == null || asking.decided != null) {
                return Optional.empty();
            }
            asking.decided = SignState.CANCELLED;
            List<Ending> endings = new ArrayList<>();
            asking.open()
                    .forEach(each -> decide(each, new Outcome.Cancelled("withdrawn"), endings));
            return Optional.of(new Decision(endings, null, Optional.of(asking)));
        }
    }

    private static void decide(Pending request, Outcome outcome, List<Ending> endings) {
        request.decided = outcome;
        endings.add(new Ending(request, outcome));
    }

    private static boolean isOver(Asking asking, List<Ending> endings) {
        Optional<SignState> verdict = asking.verdict();
        if (verdict.isEmpty()) {
            return false;
        }
        asking.decided = verdict.get();
        String why = verdict.get() == SignState.APPROVED ? "enough have signed" : "out of reach";
        asking.open().forEach(rest -> decide(rest, new Outcome.Cancelled(why), endings));
        return true;
    }

    /// Takes a decision back that could not be kept.
    void undo(Decision decision) {
        synchronized (lock) {
            decision.endings().forEach(ending -> ending.pending().decided = null);
            decision.asking().ifPresent(asking -> asking.decided = null);
        }
    }

    /// Carries a decision out that is durable now.
    void carryOut(Decision decision) {
        synchronized (lock) {
            decision.endings().forEach(ending -> end(ending, decision.by()));
            decision.asking().ifPresent(asking -> askings.remove(asking.id));
        }
    }

    private void end(Ending ending, @Nullable Seat by) {
        Pending request = ending.pending();
        pending.remove(request.id());
        Desk desk = desk(request.request.key());
        desk.pending.remove(request);
        for (Seat seat : desk.seats) {
            seat.end(request, ending.outcome().state(), seat == by);
        }
        desk.showAll();
        forgetIfEmpty(request.request.key(), desk);
        request.end(ending.outcome());
    }

    /// Takes no new requests and no answers.
    ///
    /// @return those that end with the server
    List<Pending> close() {
        synchronized (lock) {
            closed = true;
            desks.values().forEach(desk -> desk.seats.forEach(seat -> seat.taken = false));
            desks.values().forEach(desk -> desk.seats.clear());
            return pending.values().stream().filter(each -> each.asking == null).toList();
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
