package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import io.circles.server.mpc.Posted.Waiting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A client as a member of one group, and the events that are not known to have arrived at it. Not
/// thread-safe: belongs to a [RelayState].
final class Member {
    final long number;
    final RelayGroup group;
    final String client;
    final boolean returns;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long last;
    private long arrived;
    private long bytes;

    /// What gets its events, while there is something.
    @Nullable Link link;

    /// Since when nothing does.
    @Nullable Instant dropped;

    /// @param arrived number of the last event that has arrived
    Member(long number, RelayGroup group, String client, boolean returns, long arrived) {
        this.number = number;
        this.group = group;
        this.client = client;
        this.returns = returns;
        this.arrived = arrived;
        this.last = arrived;
    }

    /// Number of the last event there was for it.
    long last() {
        return last;
    }

    /// Number of the last event that has arrived.
    long arrived() {
        return arrived;
    }

    /// What its events take that are not known to have arrived.
    long bytes() {
        return bytes;
    }

    List<Waiting> waitingAfter(long seq) {
        return waiting.stream().filter(each -> each.seq() > seq).toList();
    }

    List<Posted> waiting() {
        return waiting.stream().map(Waiting::posted).toList();
    }

    /// One more event.
    Waiting add(Posted posted, long step) {
        last++;
        Waiting next = new Waiting(last, posted, step);
        take(next);
        if (link != null) {
            link.add(next);
        }
        return next;
    }

    /// An event that was kept.
    void restore(Waiting kept) {
        last = kept.seq();
        take(kept);
    }

    private void take(Waiting next) {
        waiting.add(next);
        bytes += next.posted().bytes;
        next.posted().members++;
    }

    /// Everything up to an event has arrived.
    ///
    /// @return what waits for it no more
    List<Posted> arrived(long seq) {
        List<Posted> gone = new ArrayList<>();
        arrived = Math.max(arrived, seq);
        while (!waiting.isEmpty() && waiting.element().seq() <= seq) {
            Posted posted = waiting.remove().posted();
            bytes -= posted.bytes;
            gone.add(posted);
        }
        return gone;
    }

    /// An event as it gets it.
    static RelayApi.Event numbered(Waiting waiting) {
        return Events.numbered(waiting.posted().event, waiting.seq());
    }
}
