package io.circles.server.store;

import java.util.List;

/// One change of what is kept of the relay.
public sealed interface RelayChange {

    /// There is a new group.
    record GroupMade(RelayRows.Group group) implements RelayChange {}

    /// A group is gone, with all that belongs to it.
    record GroupGone(String group) implements RelayChange {}

    /// There is a new member.
    record MemberCame(RelayRows.Member member) implements RelayChange {}

    /// A member is gone, with the events that waited for it.
    record MemberGone(long member) implements RelayChange {}

    /// There is a new session.
    record SessionMade(RelayRows.Session session) implements RelayChange {}

    /// A session is in another state.
    record SessionChanged(String session, String state) implements RelayChange {}

    /// A session is gone.
    record SessionGone(String session) implements RelayChange {}

    /// Something has happened that members are to be told.
    record EventMade(RelayRows.Event event, List<RelayRows.Waiting> waiting)
            implements RelayChange {
        public EventMade {
            waiting = List.copyOf(waiting);
        }
    }

    /// Everything up to an event has arrived at a member.
    record Arrived(long member, long seq) implements RelayChange {}

    /// An event waits for nobody any more.
    record EventGone(long event) implements RelayChange {}
}
