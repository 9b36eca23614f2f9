package io.circles.server.mpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.mpc.RelaySession.Fixed;
import io.circles.server.store.RelayChange;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who has which seat of a session. Not thread-safe: belongs to a [RelayState].
///
/// Numbers are from 1, and protocols compute with them: in a session that makes a key they are 1 to
/// `parties` without holes. So the number of a party that went before any event had named it is
/// given to the next one, as nobody has seen it; once an event has named a party, its number is
/// given to nobody else, and a session that loses it is aborted.
final class Seating {
    private final Journal journal;
    private final Endings endings;
    private final Messages messages;

    Seating(Journal journal, Endings endings, Messages messages) {
        this.journal = journal;
        this.endings = endings;
        this.messages = messages;
    }

    /// What a session is to be.
    ///
    /// @param value as JSON text
    /// @param participants keys in hex; null when every member may take a seat
    record Plan(SessionKind kind, String value, @Nullable List<String> participants) {

        /// @param keys in any accepted form
        /// @param most how many there may be
        static Plan of(
                SessionKind kind, @Nullable JsonNode value, @Nullable List<String> keys, int most) {
            if (keys != null && keys.size() > most) {
                throw Refusals.parameters("participants has at most " + most + " keys");
            }
            return new Plan(
                    kind,
                    value == null ? "null" : Json.write(value),
                    keys == null ? null : keys.stream().map(Plan::key).toList());
        }

        private static String key(@Nullable String text) {
            try {
                return PublicKey.parse(Objects.requireNonNullElse(text, "")).hex();
            } catch (IllegalArgumentException e) {
                throw CircleException.invalidParam(
                        "participants", "participants: " + e.getMessage());
            }
        }

        long bytes() {
            return Utf8.length(value) + Journal.OVERHEAD;
        }

        void check(RelayGroup group, RelayLimits limits) {
            if (Utf8.length(value) > limits.value()) {
                throw Refusals.parameters("a value has at most " + limits.value() + " bytes");
            }
            if (participants != null) {
                int seats = kind.seats(group.parameters);
                int most = group.parameters.parties();
                if (new HashSet<>(participants).size() != participants.size()) {
                    throw Refusals.parameters("participants names a key twice");
                }
                if (participants.size() < seats || participants.size() > most) {
                    String many = seats == most ? "" + most : seats + " to " + most;
                    throw Refusals.parameters("participants has " + many + " keys here");
                }
            }
        }

        Fixed fixed(Client creator, RelayGroup group) {
            return new Fixed(
                    kind,
                    kind.seats(group.parameters),
                    creator.id(),
                    Json.raw(value),
                    participants);
        }
    }

    /// Takes a seat; the one that the client has already.
    ///
    /// @return its number
    int signup(Client client, RelaySession session) {
        Optional<Seat> own = session.seatOf(client.id());
        if (own.isPresent()) {
            return own.get().number();
        }
        admit(client, session);
        int number = session.lowestFree();
        sit(session, new Seat(number, client.id()));
        if (session.isFull()) {
            endings.tell(
                    session,
                    new RelayApi.SessionSignup(
                            session.group.id, session.id, Events.NOBODYS, session.numbers()));
        }
        return number;
    }

    /// Takes the seat of that number.
    int load(Client client, RelaySession session, int number) {
        checkNumber(session, number);
        Optional<Seat> there = session.seat(number);
        if (there.isPresent() && there.get().holder().equals(client.id())) {
            return number;
        }
        if (there.isPresent()) {
            throw Refusals.party("party number already exists for session " + session.id);
        }
        if (session.seatOf(client.id()).isPresent()) {
            throw Refusals.othersParty(number);
        }
        admit(client, session);
        sit(session, new Seat(number, client.id()));
        if (session.isFull()) {
            endings.tell(
                    session,
                    new RelayApi.SessionLoad(
                            session.group.id, session.id, Events.NOBODYS, session.numbers()));
        }
        return number;
    }

    private static void checkNumber(RelaySession session, int number) {
        if (number == 0) {
            throw Refusals.party("party number may not be zero");
        }
        if (number < 0 || number > session.group.parameters.parties()) {
            throw Refusals.party("party number is out of range");
        }
    }

    private void admit(Client client, RelaySession session) {
        List<String> participants = session.fixed.participants();
        if (participants != null && !participants.contains(client.name())) {
            throw Refusals.notParticipant(client, session);
        }
        if (session.isFull()) {
            throw Refusals.sessionFull(session);
        }
        messages.refuseBehind(session.group.member(client));
    }

    private void sit(RelaySession session, Seat seat) {
        session.put(seat);
        if (session.openSeats() == 0) {
            session.fill();
        }
        changed(session);
    }

    /// Says by which index messages call the client's seat.
    void participant(Client client, RelaySession session, int index, int number) {
        Seat seat = own(client, session, number);
        Optional<Seat> holder = session.indexed(index);
        if (holder.isPresent() && holder.get().number() != number) {
            throw Refusals.party("index " + index + " belongs to another party");
        }
        if (holder.isEmpty()) {
            session.put(seat.indexed(index));
            changed(session);
        }
    }

    /// The client is done; so is the session, when all are.
    void finish(Client client, RelaySession session, int number, Instant now) {
        Seat seat = own(client, session, number);
        if (seat.finished()) {
            return;
        }
        session.put(seat.done());
        if (session.isFull() && session.seats().stream().allMatch(Seat::finished)) {
            session.close(now);
            endings.tell(
                    session,
                    new RelayApi.SessionClosed(
                            session.group.id, session.id, Events.NOBODYS, session.numbers()));
        }
        changed(session);
    }

    /// The seat of that number, which is the client's.
    static Seat own(Client client, RelaySession session, int number) {
        Seat seat = session.seat(number).orElseThrow(() -> Refusals.noParty(number));
        if (!seat.holder().equals(client.id())) {
            throw Refusals.othersParty(number);
        }
        return seat;
    }

    private void changed(RelaySession session) {
        journal.add(new RelayChange.SessionChanged(session.id, session.state()));
    }
}
