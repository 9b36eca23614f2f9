package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Who listens for which key: the devices of this node, and other nodes for theirs. Each is shown
/// what it may see as soon as it is there.
///
/// Thread-safe; nothing here waits. The board's lock guards everything, and is held while devices
/// are told.
final class Listeners {
    private final Object lock;
    private final Desks desks;
    private final OpenRequests requests;
    private final Consumer<Seat> heard;

    /// @param lock the board's
    /// @param heard told of each device of this node that has come, which is taken then, or gone;
    ///     must not block
    Listeners(Object lock, Desks desks, OpenRequests requests, Consumer<Seat> heard) {
        this.lock = lock;
        this.desks = desks;
        this.requests = requests;
        this.heard = heard;
    }

    /// A device comes.
    void sit(Seat seat) {
        synchronized (lock) {
            if (requests.isClosed()) {
                return;
            }
            Desk desk = desks.of(seat.key);
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
            Desk desk = desks.of(node.key);
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
            Desk desk = desks.of(seat.key);
            desk.seats.remove(seat);
            if (!seat.isHere()) {
                seat.withdraw();
            } else if (!desk.isHere()) {
                // they are asked again when there is a device again
                List.copyOf(desk.guests).forEach(requests::remove);
            }
            desk.showAll();
            desks.forgetIfEmpty(seat.key);
            changed(seat);
        }
    }

    /// Another node is about to say who listens there. Until then a device of it may have proven
    /// any key: those that have not are shown nothing more.
    void await(OtherNode node) {
        synchronized (lock) {
            desks.await(node);
        }
    }

    /// Another node has said who listens there, or is gone.
    void known(OtherNode node) {
        synchronized (lock) {
            desks.known(node);
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
                node.seats.keySet().forEach(key -> desks.of(key).showAll());
            }
        }
    }

    /// Devices that are shown requests, at whatever node.
    int devices() {
        synchronized (lock) {
            return desks.devices();
        }
    }

    /// Keys for which a device of this node listens.
    List<PublicKey> keys() {
        synchronized (lock) {
            return desks.keys();
        }
    }

    /// The devices of this node that listen for a key.
    NodeMessage.Ears here(PublicKey key, boolean fresh, boolean anew) {
        synchronized (lock) {
            Desk desk = desks.find(key);
            return desk == null
                    ? new NodeMessage.Ears(key.hex(), 0, 0, fresh, anew)
                    : desk.here(key, fresh, anew);
        }
    }

    /// Whether a device of this node listens for a key.
    boolean isListening(PublicKey key) {
        synchronized (lock) {
            Desk desk = desks.find(key);
            return desk != null && desk.isHere();
        }
    }

    /// Whether a device listens for a key, at whatever node.
    boolean isConnected(PublicKey key) {
        synchronized (lock) {
            Desk desk = desks.find(key);
            return desk != null && !desk.seats.isEmpty();
        }
    }
}
