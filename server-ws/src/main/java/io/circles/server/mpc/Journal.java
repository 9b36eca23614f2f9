package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import io.circles.protocol.Utf8;
import io.circles.server.store.RelayChange;
import io.circles.server.store.RelayRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one step after the other changes: what is to be kept of it, and who is to be told. Not
/// thread-safe: belongs to a [RelayState].
final class Journal {
    /// What an event takes besides its text.
    static final int OVERHEAD = 256;

    private final Map<Long, Long> arrived = new LinkedHashMap<>();
    private final List<Long> gone = new ArrayList<>();
    private List<RelayChange> changes = new ArrayList<>();
    private Set<Member> told = new LinkedHashSet<>();
    private final Room room = new Room();
    private long step;
    private long events;
    private long members;

    /// @param step number of the last one that was kept
    /// @param events number of the last event that was kept
    /// @param members number of the last member that was kept
    Journal(long step, long events, long members) {
        this.step = step;
        this.events = events;
        this.members = members;
    }

    /// What everything takes.
    Room room() {
        return room;
    }

    /// What a step comes to.
    ///
    /// @param number one more than that of the step before that changed something; the same when
    ///     this changes nothing
    record Step(long number, List<RelayChange> changes, Set<Member> told) {}

    /// Ends a step.
    Step end() {
        List<RelayChange> all = changes;
        arrived.forEach((member, seq) -> all.add(new RelayChange.Arrived(member, seq)));
        gone.forEach(event -> all.add(new RelayChange.EventGone(event)));
        arrived.clear();
        gone.clear();
        Step ended = new Step(all.isEmpty() ? step : ++step, all, told);
        changes = new ArrayList<>();
        told = new LinkedHashSet<>();
        return ended;
    }

    void add(RelayChange change) {
        changes.add(change);
    }

    long nextMember() {
        return ++members;
    }

    /// Members are to be told of an event.
    void post(RelayGroup group, RelayApi.Event event, Collection<Member> to) {
        if (to.isEmpty()) {
            return;
        }
        String body = Events.write(event);
        Posted posted = new Posted(++events, event, Utf8.length(body) + OVERHEAD);
        List<RelayRows.Waiting> waiting = new ArrayList<>();
        for (Member member : to) {
            long seq = member.add(posted, step + 1).seq();
            waiting.add(new RelayRows.Waiting(member.number, seq, posted.number));
            told.add(member);
        }
        room.take(posted.takes());
        changes.add(
                new RelayChange.EventMade(
                        new RelayRows.Event(posted.number, group.id, event.method(), body),
                        waiting));
    }

    /// Something may be sent to a member that was not.
    void tell(Member member) {
        told.add(member);
    }

    /// Everything up to an event has arrived. That is kept with whatever is kept next: who lost it
    /// would only be sent again what it has.
    void arrived(Member member, long seq) {
        release(member.arrived(seq));
        arrived.put(member.number, seq);
    }

    /// A member is gone, and what waited for it.
    void gone(Member member) {
        release(member.arrived(member.last()));
        arrived.remove(member.number);
        room.give(Room.MEMBER);
        changes.add(new RelayChange.MemberGone(member.number));
    }

    private void release(List<Posted> some) {
        for (Posted posted : some) {
            long before = posted.takes();
            posted.members--;
            room.give(before - posted.takes());
            if (posted.members == 0) {
                gone.add(posted.number);
            }
        }
    }
}
