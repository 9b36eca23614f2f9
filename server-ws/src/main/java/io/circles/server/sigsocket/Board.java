package io.circles.server.sigsocket;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.server.store.SignRow;
import io.circles.server.store.SignStore;
import io.circles.server.store.Writing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What the keys are asked: takes each request, and shows it to each device that may see it.
/// [Listeners] are those who are shown it, [Decisions] say which answer counts.
///
/// Thread-safe; nothing here waits. The lock guards everything, also what belongs to those two,
/// and is held while devices are told and while the store is given what it is to keep.
final class Board {
    private final SignStore store;
    private final Home own;

    private final Object lock = new Object();
    private final Desks desks;
    private final OpenRequests requests;
    private final Listeners listeners;
    private final Decisions decisions;

    /// @param store is given what happens in the order in which it does, and not waited for
    /// @param heard told of each device of this node that has come, which is taken then, or gone;
    ///     must not block
    Board(SignLimits limits, SignStore store, Consumer<Seat> heard) {
        this.store = store;
        this.own = new OwnHome(store);
        this.desks = new Desks(each -> home(each).delivered(each.row));
        this.requests = new OpenRequests(limits, desks);
        this.listeners = new Listeners(lock, desks, requests, heard);
        this.decisions = new Decisions(lock, own, desks, requests, listeners);
    }

    /// Those who are shown what is asked.
    Listeners listeners() {
        return listeners;
    }

    /// How what is asked ends.
    Decisions decisions() {
        return decisions;
    }

    /// Whose a request is.
    Home home(Pending request) {
        return request.homeOr(own);
    }

    /// Takes a request that somebody waits for, without showing it yet.
    ///
    /// @param now whether a device has to listen already
    /// @return on its way into the store
    /// @throws CircleException if it cannot be taken
    Writing<SignRow> reserve(Pending request, boolean now) {
        synchronized (lock) {
            if (requests.isClosed()) {
                throw new CircleException(ErrorCode.BUSY, "Busy: the circle is stopping");
            }
            Desk desk = desks.find(request.request.key());
            if (now && (desk == null || !desk.canSign(request.request))) {
                throw new CircleException(ErrorCode.SIGNER_NOT_CONNECTED);
            }
            Optional<SignFailure> tooMuch = requests.tooMuch(request.request);
            if (tooMuch.isPresent()) {
                throw new CircleException(
                        ErrorCode.BUSY,
                        tooMuch.get() == SignFailure.TOO_MANY
                                ? "Busy: too many requests to sign are open"
                                : "Busy: " + tooMuch.get().words());
            }
            requests.add(request);
            return store.requested(request.row);
        }
    }

    /// Takes requests that a script has asked for already, however many there are.
    ///
    /// @return those for which there is no room and why; they are to be ended at once
    Map<Pending, SignFailure> take(List<Pending> all) {
        Map<Pending, SignFailure> tooMany = new HashMap<>();
        synchronized (lock) {
            for (Pending request : all) {
                requests.tooMuch(request.request).ifPresent(why -> tooMany.put(request, why));
                requests.add(request);
            }
        }
        return tooMany;
    }

    /// Forgets a request that was never shown.
    void drop(Pending request) {
        synchronized (lock) {
            requests.remove(request);
            desks.forgetIfEmpty(request.request.key());
        }
    }

    /// Whether something of that id is open that a script has asked for.
    boolean isOpen(String asking) {
        synchronized (lock) {
            return requests.own().stream()
                    .anyMatch(each -> each.row.asking().filter(asking::equals).isPresent());
        }
    }

    /// Shows a request to those who listen, and from now on to those who come.
    void open(Pending request) {
        synchronized (lock) {
            request.open = true;
            if (requests.own(request.id()) != null) {
                desks.of(request.request.key()).showAll();
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
            if (!listeners.isListening(guest.request.key())) {
                return true;
            }
            // that which is here is being answered, and its home did not take that
            dismiss(guest.id(), home, SignState.CANCELLED);
            boolean added = requests.add(guest, home);
            if (added) {
                guest.open = true;
                desks.of(guest.request.key()).showAll();
            }
            return added;
        }
    }

    /// Another node says that a request of its own is not to be answered any more.
    void dismiss(String id, Home home, SignState state) {
        synchronized (lock) {
            Pending guest = requests.guest(id);
            if (guest != null && guest.home == home) {
                requests.close(guest, state, null);
            }
        }
    }

    /// Another node is gone, with all of its requests, or begins anew.
    void dismissAll(OtherNode home) {
        synchronized (lock) {
            home.takeBack();
            requests.guests(home)
                    .forEach(guest -> requests.close(guest, SignState.CANCELLED, null));
        }
    }

    /// Takes no new requests and no answers.
    ///
    /// @return those that end with the server
    List<Pending> close() {
        synchronized (lock) {
            desks.clear();
            requests.close();
            return requests.own().stream().filter(Pending::isLoose).toList();
        }
    }

    /// How many of this node's own are open.
    int pending() {
        synchronized (lock) {
            return requests.own().size();
        }
    }
}
