package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One key: who listens for it, and what it is asked. The board's lock guards it.
final class Desk {
    final List<Seat> seats = new ArrayList<>();
    final Set<Pending> pending = new LinkedHashSet<>();

    /// What other nodes ask it.
    final Set<Pending> guests = new LinkedHashSet<>();

    /// How many of these each requester has.
    final Shares shares = new Shares();

    private final Consumer<Pending> delivered;
    private final BooleanSupplier unsure;

    /// @param delivered told of each request that a device was handed for the first time
    /// @param unsure whether a device that is not known yet may have proven the key
    Desk(Consumer<Pending> delivered, BooleanSupplier unsure) {
        this.delivered = delivered;
        this.unsure = unsure;
    }

    /// Those who are shown requests: a device that has proven the key shuts out those that have
    /// not.
    List<Seat> audience() {
        List<Seat> proven = seats.stream().filter(seat -> seat.proven).toList();
        return proven.isEmpty() ? List.copyOf(seats) : proven;
    }

    /// Whether one of them could sign a request.
    boolean canSign(SignRequest request) {
        return audience().stream().anyMatch(seat -> seat.canSign(request));
    }

    /// Shows everybody what is to be shown and was not yet, as far as there is room. As long as it
    /// is not known whether a device has proven the key, the others wait.
    void showAll() {
        for (Seat seat : audience()) {
            if (!seat.proven && unsure.getAsBoolean()) {
                continue;
            }
            showAll(seat, pending);
            if (seat.isHere()) {
                showAll(seat, guests);
            }
        }
    }

    private void showAll(Seat seat, Set<Pending> requests) {
        for (Pending request : requests) {
            if (request.open && !request.decided && seat.wants(request)) {
                show(seat, request);
            }
        }
    }

    /// Another node says when its devices were handed a request.
    private void show(Seat seat, Pending request) {
        if (!request.delivered && seat.isHere()) {
            request.delivered = true;
            delivered.accept(request);
        }
        seat.show(request);
    }

    boolean isEmpty() {
        return seats.isEmpty() && pending.isEmpty() && guests.isEmpty();
    }

    /// Whether a device of this node listens.
    boolean isHere() {
        return seats.stream().anyMatch(Seat::isHere);
    }

    /// The devices of this node.
    NodeMessage.Ears here(PublicKey key, boolean fresh, boolean anew) {
        int proven = 0;
        int unproven = 0;
        for (Seat seat : seats) {
            proven += seat.isHere() && seat.proven ? 1 : 0;
            unproven += seat.isHere() && !seat.proven ? 1 : 0;
        }
        return new NodeMessage.Ears(key.hex(), proven, unproven, fresh, anew);
    }
}
