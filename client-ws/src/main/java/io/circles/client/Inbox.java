package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The messages of one relay session that have come and were not taken yet, those of later rounds
/// too; bounded in number, and in size together with the other sessions of its group.
///
/// Of each sender one broadcast and one direct message count in a round, the first: a sender that
/// does not know whether a message has left may send it again, and nobody says two things in one
/// round.
///
/// Not thread-safe: its owner's lock guards it.
final class Inbox {
    /// How many messages a session may have in all.
    static final int MAX_MESSAGES = 65_536;

    /// Whose message it is, and which.
    record Slot(int round, int sender, boolean direct) {}

    private record Entry(RelayMessage message, int length) {}

    private final Allowance allowance;
    private final Map<Slot, Entry> waiting = new LinkedHashMap<>();
    private final Set<Slot> taken = new HashSet<>();
    private boolean closed;

    /// @param allowance for the characters of what waits
    Inbox(Allowance allowance) {
        this.allowance = allowance;
    }

    /// Keeps a message, unless it is its sender's second.
    ///
    /// @param length in characters, as it came
    /// @return false when there is no room
    boolean add(RelayMessage message, int length) {
        Slot slot = new Slot(message.round(), message.sender(), message.direct());
        if (closed || waiting.containsKey(slot) || taken.contains(slot)) {
            return true;
        }
        if (waiting.size() + taken.size() == MAX_MESSAGES || !allowance.take(length)) {
            return false;
        }
        waiting.put(slot, new Entry(message, length));
        return true;
    }

    /// Takes the message that came first.
    Optional<RelayMessage> takeFirst() {
        Iterator<Slot> slots = waiting.keySet().iterator();
        return slots.hasNext() ? Optional.of(take(slots.next())) : Optional.empty();
    }

    /// Takes these messages, if all of them are there.
    Optional<RoundMessages> take(Collection<Slot> wanted) {
        if (!waiting.keySet().containsAll(wanted)) {
            return Optional.empty();
        }
        Map<Integer, JsonNode> broadcasts = new TreeMap<>();
        Map<Integer, JsonNode> direct = new TreeMap<>();
        for (Slot slot : wanted) {
            (slot.direct() ? direct : broadcasts).put(slot.sender(), take(slot).body());
        }
        return Optional.of(new RoundMessages(broadcasts, direct));
    }

    /// Who has not sent everything that is wanted.
    List<Integer> missing(Collection<Slot> wanted) {
        return wanted.stream()
                .filter(slot -> !waiting.containsKey(slot))
                .map(Slot::sender)
                .sorted()
                .distinct()
                .toList();
    }

    private RelayMessage take(Slot slot) {
        Entry entry = Optional.ofNullable(waiting.remove(slot)).orElseThrow();
        allowance.giveBack(entry.length());
        taken.add(slot);
        return entry.message();
    }

    /// Drops what waits and keeps nothing more.
    void close() {
        closed = true;
        waiting.values().forEach(entry -> allowance.giveBack(entry.length()));
        waiting.clear();
    }
}
