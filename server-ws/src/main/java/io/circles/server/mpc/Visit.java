package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// A connection of this node, as it takes part in the relay of another. Guarded by the lock of
/// [Visits], but for [#hand] and [#pong].
final class Visit {
    /// What is known of a group whose events come here.
    static final class Joined {
        /// Number of the last event that was handed on.
        long handed;

        /// Whether the home is asked for its events again when a pause is over.
        boolean pausing;

        /// Those that go on, of which the client is a party or the creator.
        final Set<String> sessions = new LinkedHashSet<>();

        Joined(long handed) {
            this.handed = handed;
        }
    }

    final long number;
    final HomeNode home;
    final RelayConnection connection;
    final Map<String, Joined> groups = new LinkedHashMap<>();
    private final Arrivals<Visit> arrivals;

    /// @param marks gives one that no ping has had
    Visit(long number, HomeNode home, RelayConnection connection, LongSupplier marks) {
        this.number = number;
        this.home = home;
        this.connection = connection;
        this.arrivals = new Arrivals<>(connection.receiver()::ping, marks);
    }

    /// A call was answered that can have changed what the client has in a group.
    void stands(Errand errand, Party.Standing standing) {
        Long from = standing.from();
        Joined joined = groups.get(errand.group);
        if (errand.joins() && (joined == null || from != null)) {
            joined = new Joined(from == null ? 0 : from);
            groups.put(errand.group, joined);
        }
        if (joined != null) {
            joined.sessions.clear();
            joined.sessions.addAll(standing.sessions());
        }
    }

    /// An event is about to be handed on.
    void hears(RelayApi.Event event) {
        Joined joined = groups.computeIfAbsent(event.groupId(), _ -> new Joined(0));
        joined.handed = event.seq();
        switch (event) {
            case RelayApi.SessionClosed _, RelayApi.SessionAborted _, RelayApi.SessionExpired _ ->
                    joined.sessions.remove(event.sessionId());
            case RelayApi.SessionCreate _,
                    RelayApi.SessionSignup _,
                    RelayApi.SessionLoad _,
                    RelayApi.SessionMessage _,
                    RelayApi.PartyPresence _ -> {}
        }
    }

    /// A group is lost, and the client is told so.
    ///
    /// @param afterwards takes that telling
    void lose(String group, String reason, Consumer<Runnable> afterwards) {
        for (RelayApi.Event event : lost(group, reason)) {
            afterwards.accept(() -> connection.receiver().event(event, this, () -> {}));
        }
    }

    /// What is told of that has the number of the last event that was handed on: the next one is
    /// the home's, which may give it to something else.
    private List<RelayApi.Event> lost(String group, String reason) {
        Joined joined = groups.remove(group);
        return joined == null
                ? List.of()
                : joined.sessions.stream()
                        .<RelayApi.Event>map(
                                session ->
                                        new RelayApi.SessionAborted(
                                                group,
                                                session,
                                                joined.handed,
                                                reason,
                                                null,
                                                List.of(),
                                                List.of()))
                        .toList();
    }

    /// Hands an event on.
    ///
    /// @param number its home's for it
    void hand(RelayApi.Event event, Object cause, long number) {
        connection.receiver().event(event, cause, () -> arrivals.left(this, number));
    }

    /// The client has answered a ping.
    ///
    /// @return up to which number everything has arrived; 0 when it is the pong to something else
    long pong(long mark) {
        return arrivals.pong(mark).getOrDefault(this, 0L);
    }
}
