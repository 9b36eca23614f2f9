package io.circles.server.sigsocket;

import io.circles.server.sigsocket.Decision.Ending;
import io.circles.server.store.SignEnds;
import io.circles.server.store.SignRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How requests end: decides which answer counts, and carries that out when it is durable.
///
/// Thread-safe; nothing here waits. The board's lock guards everything, and is held while devices
/// are told and while the store is given what it is to keep.
final class Decisions {
    private final Object lock;
    private final Home own;
    private final Desks desks;
    private final OpenRequests requests;
    private final Listeners listeners;

    /// @param lock the board's
    /// @param own this node
    Decisions(Object lock, Home own, Desks desks, OpenRequests requests, Listeners listeners) {
        this.lock = lock;
        this.own = own;
        this.desks = desks;
        this.requests = requests;
        this.listeners = listeners;
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
        boolean forLater = requests.isClosed() && !request.isLoose();
        return !forLater && !request.decided && requests.isThere(request);
    }

    /// Decides how several of this node's end, as far as that is not decided.
    Decision decideAll(List<Pending> all, Outcome outcome) {
        synchronized (lock) {
            return decided(all.stream().filter(this::isUndecided).toList(), outcome, null);
        }
    }

    private Decision decided(List<Pending> all, Outcome outcome, @Nullable Seat by) {
        for (Pending request : all) {
            request.decided = true;
            request.answering = by;
        }
        List<SignRow> rows = all.stream().map(request -> request.row).toList();
        Home home = all.isEmpty() ? own : all.getFirst().homeOr(own);
        return new Decision(all, outcome, by, home.ending(rows, outcome));
    }

    /// A device is gone, and with it a request that somebody waits for and nobody else is shown.
    Optional<Decision> lose(Seat seat, String id, Outcome outcome) {
        synchronized (lock) {
            Pending request = shown(seat, id);
            Optional<Decision> lost =
                    request != null && isForNobodyBut(seat, request)
                            ? decide(request, outcome, seat)
                            : Optional.empty();
            listeners.leave(seat);
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
            Pending request = requests.own(id);
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
            desks.of(seat.key).showAll();
            return Optional.empty();
        }
    }

    /// Whether somebody waits for a request that no other device can answer.
    private boolean isForNobodyBut(@Nullable Seat seat, Pending request) {
        return request.isLoose()
                && desks.of(request.request.key()).audience().stream()
                        .noneMatch(other -> other != seat && other.mayAnswer(request));
    }

    /// Takes a decision back of which it is not known here that it was kept: a script's request
    /// stays open; whoever waits for another has to be told something.
    void undo(Decision decision) {
        synchronized (lock) {
            for (Pending request : decision.requests()) {
                if (request.isLoose() && !request.isGuest()) {
                    end(request, new Outcome.Failed(SignFailure.NOT_KEPT), null);
                } else if (requests.isThere(request)) {
                    request.decided = false;
                    request.answering = null;
                    desks.of(request.request.key()).showAll();
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
                Pending request = requests.find(each.request());
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
        if (!requests.isThere(guest)) {
            return;
        }
        if (by != null && decision.outcome() instanceof Outcome.Failed) {
            by.fail(guest);
            requests.remove(guest);
            desks.forgetIfEmpty(guest.request.key());
        } else {
            requests.close(guest, SignState.CANCELLED, null);
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
        requests.close(request, outcome.state(), by);
        request.end(outcome);
    }
}
