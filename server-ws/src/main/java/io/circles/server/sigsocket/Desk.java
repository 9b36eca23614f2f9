package io.circles.server.sigsocket;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// One key: who listens for it, and what it is asked. The board's lock guards it.
final class Desk {
    final List<Seat> seats = new ArrayList<>();
    final Set<Pending> pending = new LinkedHashSet<>();

    /// How many of these each requester has.
    final Shares shares = new Shares();

    private final Consumer<Pending> delivered;

    /// @param delivered told of each request that a device was handed for the first time
    Desk(Consumer<Pending> delivered) {
        this.delivered = delivered;
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

    /// Shows everybody what is to be shown and was not yet, as far as there is room.
    void showAll() {
        for (Seat seat : audience()) {
            for (Pending request : pending) {
                if (request.open && !request.decided && seat.wants(request)) {
                    show(seat, request);
                }
            }
        }
    }

    private void show(Seat seat, Pending request) {
        if (!request.delivered) {
            request.delivered = true;
            delivered.accept(request);
        }
        seat.show(request);
    }

    boolean isEmpty() {
        return seats.isEmpty() && pending.isEmpty();
    }
}
