package io.circles.server.store;

import java.util.List;

/// All that is kept of the relay: groups, their members, sessions, and the events that are not
/// known to have arrived. Immutable.
///
/// @param written number of the last change that was written
public record RelayRows(
        long written,
        List<Group> groups,
        List<Member> members,
        List<Session> sessions,
        List<Event> events,
        List<Waiting> waiting) {
    /// Nothing, as there is no file yet.
    static final RelayRows NOTHING =
            new RelayRows(0, List.of(), List.of(), List.of(), List.of(), List.of());

    public RelayRows {
        groups = List.copyOf(groups);
        members = List.copyOf(members);
        sessions = List.copyOf(sessions);
        events = List.copyOf(events);
        waiting = List.copyOf(waiting);
    }

    /// A group.
    ///
    /// @param endpoint on which it was made
    /// @param creator who made it
    public record Group(
            String id, String endpoint, String label, int parties, int threshold, String creator) {}

    /// A member of a group.
    ///
    /// @param number unique in the file
    /// @param client who it is
    /// @param returns whether it can come back when its connection is lost
    /// @param arrived number of the last event that has arrived
    public record Member(long number, String group, String client, boolean returns, long arrived) {}

    /// A session of a group.
    ///
    /// @param fixed what never changes, as JSON
    /// @param state what does, as JSON
    public record Session(String id, String group, String fixed, String state) {}

    /// An event, for one or more members.
    ///
    /// @param number unique in the file
    /// @param body its params as JSON
    public record Event(long number, String group, String name, String body) {}

    /// An event that is not known to have arrived at a member.
    ///
    /// @param seq its number among the events of the member
    public record Waiting(long member, long seq, long event) {}
}
