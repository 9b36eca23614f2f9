package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The desk of each key for which somebody listens, or of which something is asked. The board's
/// lock guards it.
final class Desks {
    private final Consumer<Pending> delivered;
    private final Map<PublicKey, Desk> all = new HashMap<>();

    /// Other nodes that have not said yet who listens there, or are about to say it again.
    private final Set<OtherNode> awaited = new HashSet<>();

    /// @param delivered told of each request that a device was handed for the first time
    Desks(Consumer<Pending> delivered) {
        this.delivered = delivered;
    }

    /// The desk of a key, which is made when there is none.
    Desk of(PublicKey key) {
        return all.computeIfAbsent(key, _ -> new Desk(delivered, () -> !awaited.isEmpty()));
    }

    /// The desk of a key; null when nobody listens and nothing is asked.
    @Nullable Desk find(PublicKey key) {
        return all.get(key);
    }

    void forgetIfEmpty(PublicKey key) {
        Desk desk = all.get(key);
        if (desk != null && desk.isEmpty()) {
            all.remove(key);
        }
    }

    /// A device of a node that is not known yet may have proven any key.
    void await(OtherNode node) {
        awaited.add(node);
    }

    /// It is known who listens at a node, or that it is gone.
    void known(OtherNode node) {
        if (awaited.remove(node) && awaited.isEmpty()) {
            all.values().forEach(Desk::showAll);
        }
    }

    /// Devices that are shown requests, at whatever node.
    int devices() {
        return all.values().stream()
                .flatMap(desk -> desk.audience().stream())
                .mapToInt(seat -> seat.devices)
                .sum();
    }

    /// Keys for which a device of this node listens.
    List<PublicKey> keys() {
        return all.entrySet().stream()
                .filter(each -> each.getValue().isHere())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Nobody listens any more.
    void clear() {
        all.values().forEach(desk -> desk.seats.forEach(seat -> seat.taken = false));
        all.values().forEach(desk -> desk.seats.clear());
    }
}
