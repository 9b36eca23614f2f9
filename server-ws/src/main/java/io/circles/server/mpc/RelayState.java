package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import io.circles.server.store.RelayChange;
import io.circles.server.store.RelayRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything that there is of the relay of one circle, and what clients may do with it. It is told
/// what time it is, and does nothing by itself.
///
/// What is refused has changed nothing. What is done stands in the [Journal] until the step ends.
/// Not thread-safe.
final class RelayState {
    private static final int LONGEST_LABEL = 256;

    private final RelayLimits limits;
    private final Supplier<String> ids;
    private final Journal journal;
    private final Map<String, RelayGroup> groups = new LinkedHashMap<>();
    private final Seating seating;
    private final Messages messages;
    private final Endings endings;

    /// @param ids makes names for groups and sessions that nobody can guess
    RelayState(RelayLimits limits, Supplier<String> ids, Journal journal) {
        this.limits = limits;
        this.ids = ids;
        this.journal = journal;
        this.endings = new Endings(journal, limits);
        this.messages = new Messages(journal, limits);
        this.seating = new Seating(journal, endings, messages);
    }

    Journal journal() {
        return journal;
    }

    void restore(RelayGroup group) {
        groups.put(group.id, group);
        Room room = journal.room();
        room.take(Room.GROUP + group.members.size() * Room.MEMBER);
        group.sessions.values().forEach(session -> room.take(session.bytes));
    }

    List<RelayGroup> groups() {
        return List.copyOf(groups.values());
    }

    Seating seating() {
        return seating;
    }

    Messages messages() {
        return messages;
    }

    Endings endings() {
        return endings;
    }

    RelayGroup createGroup(
            Client client, String label, RelayApi.Parameters parameters, Instant now) {
        RelayGroup.check(parameters, limits);
        if (label.codePointCount(0, label.length()) > LONGEST_LABEL) {
            throw Refusals.parameters("a label has at most " + LONGEST_LABEL + " characters");
        }
        refuseTooMany(client);
        journal.room().refuse(Room.GROUP + Room.MEMBER, limits.store());
        RelayGroup group =
                new RelayGroup(ids.get(), client.endpoint(), label, parameters, client.id(), now);
        groups.put(group.id, group);
        journal.room().take(Room.GROUP);
        journal.add(new RelayChange.GroupMade(group.row()));
        enter(client, group);
        return group;
    }

    private void refuseTooMany(Client client) {
        int there = 0;
        int own = 0;
        for (RelayGroup group : groups.values()) {
            there += group.endpoint == client.endpoint() ? 1 : 0;
            own += group.creator.equals(client.id()) ? 1 : 0;
        }
        if (own >= limits.groupsOfOne()) {
            throw Refusals.tooMany("groups of one client", limits.groupsOfOne());
        }
        if (there >= limits.groups()) {
            throw Refusals.tooMany("groups", limits.groups());
        }
    }

    /// Makes a client a member of a group, if it is none.
    ///
    /// @param after number of the last event that the client has; null if it does not know
    /// @return the group, of which the client is a member
    RelayGroup joinGroup(Client client, String id, @Nullable Long after, Instant now) {
        RelayGroup group = group(client, id);
        Member member = group.members.get(client.id());
        if (after != null) {
            check(after, member == null ? 0 : member.arrived(), member == null ? 0 : member.last());
        }
        if (member == null) {
            if (group.members.size() >= group.parameters.parties()) {
                throw Refusals.groupFull(group);
            }
            journal.room().refuse(Room.MEMBER, limits.store());
            enter(client, group);
        }
        group.used = now;
        return group;
    }

    private static void check(long after, long arrived, long last) {
        if (after > last) {
            throw Refusals.parameters("after is " + after + ", but the last event was " + last);
        }
        if (after < arrived) {
            throw Refusals.parameters(
                    "after is "
                            + after
                            + ", but what has arrived up to "
                            + arrived
                            + " is kept no longer; leave it out");
        }
    }

    private void enter(Client client, RelayGroup group) {
        Member member = new Member(journal.nextMember(), group, client.id(), client.returns(), 0);
        group.members.put(client.id(), member);
        journal.room().take(Room.MEMBER);
        journal.add(
                new RelayChange.MemberCame(
                        new RelayRows.Member(
                                member.number,
                                group.id,
                                member.client,
                                member.returns,
                                member.arrived())));
    }

    RelaySession createSession(Client client, String groupId, Seating.Plan plan, Instant now) {
        RelayGroup group = memberOf(client, groupId);
        plan.check(group, limits);
        messages.refuseBehind(group.member(client));
        refuseTooMany(client, group);
        List<Member> others = plan.kind() == SessionKind.KEYGEN ? others(group, client) : List.of();
        messages.refuseBacklog(others, plan.bytes());
        RelaySession session = new RelaySession(ids.get(), group, plan.fixed(client, group), now);
        long announced = others.isEmpty() ? 0 : plan.bytes() + others.size() * Room.WAITING;
        journal.room().refuse(session.bytes + announced, limits.store());
        journal.room().take(session.bytes);
        group.sessions.put(session.id, session);
        group.used = now;
        journal.add(new RelayChange.SessionMade(session.row()));
        journal.post(
                group,
                new RelayApi.SessionCreate(group.id, session.id, Events.NOBODYS, session.shown()),
                others);
        return session;
    }

    /// No member takes the places of the others.
    private void refuseTooMany(Client client, RelayGroup group) {
        if (group.openSessions().count() >= limits.sessions()) {
            throw Refusals.tooMany("sessions of a group", limits.sessions());
        }
        int share = Math.max(1, limits.sessions() / group.parameters.parties());
        long own =
                group.openSessions()
                        .filter(session -> session.fixed.creator().equals(client.id()))
                        .count();
        if (own >= share) {
            throw Refusals.tooMany("sessions of one client in this group", share);
        }
    }

    private static List<Member> others(RelayGroup group, Client client) {
        return group.members.values().stream()
                .filter(member -> !member.client.equals(client.id()))
                .toList();
    }

    /// A session that goes on, to do something in it.
    ///
    /// @param kind null when the call names none
    RelaySession session(
            Client client, String groupId, String id, @Nullable SessionKind kind, Instant now) {
        RelaySession session = ofAnyState(client, groupId, id);
        if (!session.isOpen()) {
            throw Refusals.noSession(client, id);
        }
        if (kind != null && kind != session.fixed.kind()) {
            throw Refusals.otherKind(session);
        }
        touch(session, now);
        return session;
    }

    /// A session that goes on, or was closed.
    RelaySession sessionToFinish(Client client, String groupId, String id, Instant now) {
        RelaySession session = ofAnyState(client, groupId, id);
        if (session.isOpen()) {
            touch(session, now);
        }
        return session;
    }

    private RelaySession ofAnyState(Client client, String groupId, String id) {
        RelaySession session = memberOf(client, groupId).sessions.get(id);
        if (session == null) {
            throw Refusals.noSession(client, id);
        }
        if (session.isAborted()) {
            throw Refusals.aborted(session);
        }
        return session;
    }

    private static void touch(RelaySession session, Instant now) {
        session.used = now;
        session.group.used = now;
    }

    private RelayGroup group(Client client, String id) {
        RelayGroup group = groups.get(id);
        if (group == null || group.endpoint != client.endpoint()) {
            throw Refusals.noGroup(id);
        }
        return group;
    }

    private RelayGroup memberOf(Client client, String id) {
        RelayGroup group = group(client, id);
        if (!group.members.containsKey(client.id())) {
            throw Refusals.notMember(client, group);
        }
        return group;
    }

    /// A client as a member of a group.
    ///
    /// @throws io.circles.protocol.CircleException if it is none, or there is no such group
    Member member(Client client, String id) {
        return memberOf(client, id).member(client);
    }

    /// Whether there is a group of that id at that endpoint.
    boolean has(Endpoint endpoint, String id) {
        RelayGroup group = groups.get(id);
        return group != null && group.endpoint == endpoint;
    }

    /// The sessions of a group that go on and of which a client is a party or the creator.
    List<String> sessionsOf(String client, String id) {
        RelayGroup group = groups.get(id);
        return group == null
                ? List.of()
                : group.openSessions()
                        .filter(
                                session ->
                                        session.fixed.creator().equals(client)
                                                || session.seatOf(client).isPresent())
                        .map(session -> session.id)
                        .toList();
    }

    /// Every membership of a client.
    List<Member> memberships(String client) {
        return groups.values().stream()
                .flatMap(group -> Optional.ofNullable(group.members.get(client)).stream())
                .toList();
    }

    /// Takes from their seats those who were connected before a restart and are not known again.
    void loseWhoCannotReturn(Instant now) {
        groups.values().forEach(group -> endings.loseWhoCannotReturn(group, now));
    }

    /// How many members the groups have together.
    int members() {
        return groups.values().stream().mapToInt(group -> group.members.size()).sum();
    }

    /// How many sessions go on.
    int openSessions() {
        return (int) groups.values().stream().flatMap(RelayGroup::openSessions).count();
    }

    /// Ends what was not used for too long, and takes from their seats those who did not come back.
    void sweep(Instant now) {
        for (RelayGroup group : new ArrayList<>(groups.values())) {
            endings.sweep(group, now);
            if (endings.isOver(group, now)) {
                endings.dissolve(group);
                groups.remove(group.id);
            }
        }
    }
}
