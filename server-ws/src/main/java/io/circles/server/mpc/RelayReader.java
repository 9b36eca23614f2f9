package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.circles.protocol.Utf8;
import io.circles.server.mpc.Posted.Waiting;
import io.circles.server.store.RelayRows;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// Makes the state of the relay from what was kept: nobody is connected, and everything was used
/// just now.
final class RelayReader {
    private final RelayRows rows;
    private final Instant now;
    private final Map<String, RelayGroup> groups = new HashMap<>();
    private final Map<Long, Member> members = new HashMap<>();
    private final Map<Long, Posted> events = new HashMap<>();

    private RelayReader(RelayRows rows, Instant now) {
        this.rows = rows;
        this.now = now;
    }

    /// @param step number of the last one that was kept
    record Kept(RelayState state, long step) {}

    /// @throws IllegalStateException if what was kept cannot be read
    static Kept read(RelayRows rows, RelayLimits limits, Supplier<String> ids, Instant now) {
        RelayReader reader = new RelayReader(rows, now);
        try {
            reader.read();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was kept of the relay is not as it should be", e);
        }
        Journal journal =
                new Journal(rows.written(), largest(reader.events), largest(reader.members));
        RelayState state = new RelayState(limits, ids, journal);
        rows.groups().forEach(row -> state.restore(reader.group(row.id())));
        reader.events.values().forEach(posted -> journal.room().take(posted.takes()));
        return new Kept(state, rows.written());
    }

    private static long largest(Map<Long, ?> numbered) {
        return numbered.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private RelayGroup group(String id) {
        return Objects.requireNonNull(groups.get(id));
    }

    private void read() throws JsonProcessingException {
        for (RelayRows.Group row : rows.groups()) {
            groups.put(row.id(), RelayGroup.of(row, now));
        }
        for (RelayRows.Member row : rows.members()) {
            RelayGroup group = group(row.group());
            Member member =
                    new Member(row.number(), group, row.client(), row.returns(), row.arrived());
            member.dropped = now;
            group.members.put(row.client(), member);
            members.put(row.number(), member);
        }
        for (RelayRows.Session row : rows.sessions()) {
            RelayGroup group = group(row.group());
            group.sessions.put(row.id(), RelaySession.of(row, group, now));
        }
        for (RelayRows.Event row : rows.events()) {
            long bytes = Utf8.length(row.body()) + Journal.OVERHEAD;
            events.put(
                    row.number(),
                    new Posted(row.number(), Events.read(row.name(), row.body()), bytes));
        }
        for (RelayRows.Waiting row : rows.waiting()) {
            Posted posted = Objects.requireNonNull(events.get(row.event()));
            Objects.requireNonNull(members.get(row.member()))
                    .restore(new Waiting(row.seq(), posted, rows.written()));
        }
    }
}
