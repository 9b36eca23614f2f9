package io.circles.server.mpc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is connected, and which connection gets the events of which member. Guarded by the relay's
/// lock.
final class Attendance {
    private final Set<Party> parties = new HashSet<>();
    private final Map<String, Party> returning = new HashMap<>();

    /// Those behind whose answers, which have not left, their first events go.
    private List<Link> opening = new ArrayList<>();

    /// A connection is there.
    ///
    /// @return that of the same client before it, where a client has only one
    @Nullable Party enter(Party party) {
        parties.add(party);
        return party.comesBack() ? returning.put(party.client().id(), party) : null;
    }

    boolean has(Party party) {
        return parties.contains(party);
    }

    /// A connection gets the events of all memberships of its client from now on.
    void attachAll(RelayState state, Party party) {
        for (Member member : state.memberships(party.client().id())) {
            attach(state, party, member.group, null);
        }
    }

    /// A connection gets the events of a group from now on, behind the answer.
    ///
    /// @param after number of the last event that the client has; null if it does not know
    void attach(RelayState state, Party party, RelayGroup group, @Nullable Long after) {
        Member member = group.members.get(party.client().id());
        if (member == null || (isLinked(member, party) && after == null)) {
            return;
        }
        if (member.link != null) {
            forget(member.link);
        }
        if (after != null) {
            state.journal().arrived(member, after);
        }
        resume(state, party, member, member.arrived());
    }

    /// A connection gets the events of a member from now on, behind the answer.
    ///
    /// @param after number of the last event that it does not get
    void resume(RelayState state, Party party, Member member, long after) {
        state.endings().back(member);
        Link link = new Link(party, member, after);
        party.links.put(member.group.id, link);
        opening.add(link);
        state.journal().tell(member);
    }

    private static boolean isLinked(Member member, Party party) {
        return member.link != null && member.link.party == party;
    }

    /// A connection is gone; [#drop] says so of its links.
    void leave(Party party) {
        parties.remove(party);
        returning.remove(party.client().id(), party);
    }

    /// Members are without a connection.
    void drop(RelayState state, Iterable<Link> links, Instant now) {
        for (Link link : links) {
            link.member()
                    .ifPresent(
                            member -> {
                                member.link = null;
                                state.endings().drop(member, now);
                            });
        }
    }

    /// The links that a step has made.
    List<Link> takeOpening() {
        List<Link> made = opening;
        opening = new ArrayList<>();
        return made;
    }

    /// Goes on with a state that was read again, in which what was not kept has not happened.
    ///
    /// @param kept number of the last step that is durable
    void reconnect(RelayState state, long kept) {
        forgetAll(takeOpening());
        for (Party party : parties) {
            party.links.values().removeIf(link -> !connect(state, link));
            party.pump(kept, this);
        }
    }

    private static boolean connect(RelayState state, Link link) {
        for (Member member : state.memberships(link.party.client().id())) {
            if (member.group.id.equals(link.group)) {
                link.connect(member);
                return true;
            }
        }
        return false;
    }

    static void forgetAll(List<Link> links) {
        links.forEach(Attendance::forget);
    }

    private static void forget(Link link) {
        link.party.links.remove(link.group, link);
    }
}
