package io.circles.server.mpc;

import io.circles.protocol.RelayApi;
import io.circles.server.store.RelayRows;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A group, its members and its sessions. Not thread-safe: belongs to a [RelayState].
final class RelayGroup {
    final String id;
    final Endpoint endpoint;
    final String label;
    final RelayApi.Parameters parameters;
    final String creator;
    final Map<String, Member> members = new LinkedHashMap<>();
    final Map<String, RelaySession> sessions = new LinkedHashMap<>();

    /// When somebody last did something in it, or its last member left.
    Instant used;

    RelayGroup(
            String id,
            Endpoint endpoint,
            String label,
            RelayApi.Parameters parameters,
            String creator,
            Instant now) {
        this.id = id;
        this.endpoint = endpoint;
        this.label = label;
        this.parameters = parameters;
        this.creator = creator;
        this.used = now;
    }

    /// As it was kept.
    static RelayGroup of(RelayRows.Group row, Instant now) {
        return new RelayGroup(
                row.id(),
                Endpoint.of(row.endpoint()),
                row.label(),
                new RelayApi.Parameters(row.parties(), row.threshold()),
                row.creator(),
                now);
    }

    RelayRows.Group row() {
        return new RelayRows.Group(
                id, endpoint.word(), label, parameters.parties(), parameters.threshold(), creator);
    }

    /// As it is shown to clients.
    RelayApi.Group shown() {
        return new RelayApi.Group(label, parameters, id);
    }

    Stream<RelaySession> openSessions() {
        return sessions.values().stream().filter(RelaySession::isOpen);
    }

    Optional<Member> holder(Seat seat) {
        return seat.gone() ? Optional.empty() : Optional.ofNullable(members.get(seat.holder()));
    }

    /// A client that is a member.
    Member member(Client client) {
        return Objects.requireNonNull(members.get(client.id()));
    }

    /// The members that have a seat in a session.
    List<Member> seated(RelaySession session) {
        return session.seats().stream().flatMap(seat -> holder(seat).stream()).toList();
    }

    /// Refuses what no group can be made with.
    static void check(RelayApi.Parameters parameters, RelayLimits limits) {
        if (parameters.parties() <= 1) {
            throw Refusals.parameters("parties must be greater than one");
        }
        if (parameters.threshold() <= 0) {
            throw Refusals.parameters("threshold must be greater than zero");
        }
        if (parameters.threshold() >= parameters.parties()) {
            throw Refusals.parameters("threshold must be less than parties");
        }
        if (parameters.parties() > limits.parties()) {
            throw Refusals.parameters("there may be at most " + limits.parties() + " parties");
        }
    }
}
