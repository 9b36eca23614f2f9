package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import io.circles.server.store.RelayChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How sessions, memberships and groups end, and what the others are told of a party that is away.
/// Not thread-safe: belongs to a [RelayState].
final class Endings {
    private static final int LONGEST_REASON = 1_000;

    private final Journal journal;
    private final RelayLimits limits;

    Endings(Journal journal, RelayLimits limits) {
        this.journal = journal;
        this.limits = limits;
    }

    /// Tells everybody who has a seat.
    void tell(RelaySession session, RelayApi.Event event) {
        journal.post(session.group, event, session.group.seated(session));
    }

    /// A party, or whoever has made the session, gives it up.
    void abort(
            Client client,
            RelaySession session,
            String reason,
            List<Integer> accused,
            Instant now) {
        Optional<Seat> seat = session.seatOf(client.id());
        if (seat.isEmpty() && !session.fixed.creator().equals(client.id())) {
            throw Refusals.party(
                    "only a party, or who has created it, can abort session " + session.id);
        }
        if (reason.codePointCount(0, reason.length()) > LONGEST_REASON) {
            throw Refusals.parameters("a reason has at most " + LONGEST_REASON + " characters");
        }
        for (int number : accused) {
            var _ = session.seat(number).orElseThrow(() -> Refusals.noParty(number));
        }
        abort(
                session,
                new RelayApi.SessionAborted(
                        session.group.id,
                        session.id,
                        Events.NOBODYS,
                        reason,
                        seat.map(Seat::number).orElse(null),
                        List.copyOf(new LinkedHashSet<>(accused)),
                        List.of()),
                now);
    }

    private void abort(RelaySession session, RelayApi.SessionAborted event, Instant now) {
        session.abort(event.reason(), now);
        journal.add(new RelayChange.SessionChanged(session.id, session.state()));
        journal.post(session.group, event, concerned(session));
    }

    /// Who has a seat, and who has made it.
    private static Set<Member> concerned(RelaySession session) {
        Set<Member> all = new LinkedHashSet<>(session.group.seated(session));
        Optional.ofNullable(session.group.members.get(session.fixed.creator())).ifPresent(all::add);
        return all;
    }

    /// A member has lost its connection.
    void drop(Member member, Instant now) {
        member.dropped = now;
        if (member.returns) {
            present(member, false, Optional.of(now.plus(limits.grace())));
        } else {
            lose(member, now);
        }
    }

    /// A member has a connection; it may never have been without.
    void back(Member member) {
        if (member.dropped != null) {
            member.dropped = null;
            present(member, true, Optional.empty());
        }
    }

    private void present(Member member, boolean present, Optional<Instant> until) {
        member.group
                .openSessions()
                .filter(RelaySession::isFull)
                .forEach(
                        session ->
                                session.seatOf(member.client)
                                        .ifPresent(
                                                seat -> tellOthers(session, seat, present, until)));
    }

    /// Whose events wait already can do without.
    private void tellOthers(
            RelaySession session, Seat seat, boolean present, Optional<Instant> until) {
        List<Member> others =
                session.group.seated(session).stream()
                        .filter(member -> !member.client.equals(seat.holder()))
                        .filter(member -> member.returns && member.bytes() < limits.backlog())
                        .toList();
        journal.post(
                session.group,
                new RelayApi.PartyPresence(
                        session.group.id,
                        session.id,
                        Events.NOBODYS,
                        seat.number(),
                        present,
                        until.map(Instant::getEpochSecond).orElse(null)),
                others);
    }

    /// A member does not come back.
    void lose(Member member, Instant now) {
        RelayGroup group = member.group;
        group.members.remove(member.client);
        journal.gone(member);
        for (RelaySession session : group.openSessions().toList()) {
            session.seatOf(member.client).ifPresent(seat -> lose(session, seat, now));
        }
        if (group.members.isEmpty()) {
            group.used = now;
        }
    }

    /// Those who are known by their connection only.
    void loseWhoCannotReturn(RelayGroup group, Instant now) {
        for (Member member : List.copyOf(group.members.values())) {
            if (!member.returns) {
                lose(member, now);
            }
        }
    }

    private void lose(RelaySession session, Seat seat, Instant now) {
        if (!session.isNamed()) {
            session.free(seat.number());
            journal.add(new RelayChange.SessionChanged(session.id, session.state()));
            return;
        }
        session.put(seat.left());
        if (seat.finished()) {
            journal.add(new RelayChange.SessionChanged(session.id, session.state()));
            return;
        }
        abort(
                session,
                new RelayApi.SessionAborted(
                        session.group.id,
                        session.id,
                        Events.NOBODYS,
                        "a party was lost",
                        null,
                        List.of(),
                        List.of(seat.number())),
                now);
    }

    /// Ends what has lasted long enough.
    void sweep(RelayGroup group, Instant now) {
        Instant away = now.minus(limits.grace());
        for (Member member : new ArrayList<>(group.members.values())) {
            if (member.dropped != null && !member.dropped.isAfter(away)) {
                lose(member, now);
            }
        }
        for (RelaySession session : new ArrayList<>(group.sessions.values())) {
            if (session.isOpen() && !session.used.isAfter(now.minus(limits.idle()))) {
                expire(session);
            } else if (!session.isOpen() && !session.used.isAfter(away)) {
                forget(session);
            }
        }
        dropOldest(group);
    }

    /// What has ended is known for a while, but not without bound.
    private void dropOldest(RelayGroup group) {
        List<RelaySession> ended =
                group.sessions.values().stream().filter(session -> !session.isOpen()).toList();
        ended.stream().limit(Math.max(0, ended.size() - limits.sessions())).forEach(this::forget);
    }

    private void expire(RelaySession session) {
        boolean full = session.isFull();
        List<Integer> missing =
                session.seats().stream()
                        .filter(seat -> full && !seat.finished())
                        .map(Seat::number)
                        .toList();
        journal.post(
                session.group,
                new RelayApi.SessionExpired(
                        session.group.id, session.id, Events.NOBODYS, missing, session.openSeats()),
                concerned(session));
        forget(session);
    }

    private void forget(RelaySession session) {
        session.group.sessions.remove(session.id);
        journal.room().give(session.bytes);
        journal.add(new RelayChange.SessionGone(session.id));
    }

    /// Whether nobody uses a group any more.
    boolean isOver(RelayGroup group, Instant now) {
        boolean connected = group.members.values().stream().anyMatch(m -> m.dropped == null);
        Instant last = now.minus(group.members.isEmpty() ? limits.idle() : limits.groupIdle());
        return !connected && !group.used.isAfter(last);
    }

    void dissolve(RelayGroup group) {
        Set<Member> members = new HashSet<>(group.members.values());
        members.forEach(journal::gone);
        group.sessions.values().forEach(session -> journal.room().give(session.bytes));
        journal.room().give(Room.GROUP);
        journal.add(new RelayChange.GroupGone(group.id));
    }
}
