package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.Utf8;
import io.circles.server.store.RelayRows;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A session and its seats. Not thread-safe: belongs to a [RelayState].
final class RelaySession {

    /// What never changes; kept as it is.
    ///
    /// @param seats how many parties it takes
    /// @param creator id of the client
    record Fixed(
            SessionKind kind,
            int seats,
            String creator,
            JsonNode value,
            @Nullable List<String> participants) {
        private long bytes() {
            long keys = participants == null ? 0 : participants.size();
            return Room.SESSION + Utf8.length(Json.write(value)) + (seats + keys) * Room.SEAT;
        }
    }

    /// Whether it goes on.
    enum End {
        OPEN,
        CLOSED,
        ABORTED
    }

    /// What changes; kept as it is.
    ///
    /// @param full whether all seats were taken, which has been told
    /// @param named whether an event has named a party: its number can be no other's any more
    /// @param reason why it was aborted
    private record State(
            List<Seat> seats, boolean full, boolean named, End end, @Nullable String reason) {}

    final String id;
    final RelayGroup group;
    final Fixed fixed;

    /// What it takes with all its seats, besides its events.
    final long bytes;

    private final NavigableMap<Integer, Seat> seats = new TreeMap<>();
    private boolean full;
    private boolean named;
    private End end = End.OPEN;
    private String reason = "";

    /// When somebody last did something in it, or it ended.
    Instant used;

    RelaySession(String id, RelayGroup group, Fixed fixed, Instant now) {
        this.id = id;
        this.group = group;
        this.fixed = fixed;
        this.bytes = fixed.bytes();
        this.used = now;
    }

    /// As it was kept.
    static RelaySession of(RelayRows.Session row, RelayGroup group, Instant now)
            throws JsonProcessingException {
        Fixed fixed = Json.value(Json.parse(row.fixed()), Fixed.class);
        State state = Json.value(Json.parse(row.state()), State.class);
        RelaySession session = new RelaySession(row.id(), group, fixed, now);
        state.seats.forEach(session::put);
        session.full = state.full;
        session.named = state.named;
        session.end = state.end;
        session.reason = Objects.requireNonNullElse(state.reason, "");
        return session;
    }

    RelayRows.Session row() {
        return new RelayRows.Session(id, group.id, Json.write(Json.tree(fixed)), state());
    }

    String state() {
        State state = new State(List.copyOf(seats.values()), full, named, end, reason);
        return Json.write(Json.tree(state));
    }

    /// As it is shown to clients.
    RelayApi.Session shown() {
        return new RelayApi.Session(fixed.kind.word(), id, fixed.value, fixed.participants);
    }

    List<Seat> seats() {
        return List.copyOf(seats.values());
    }

    Optional<Seat> seat(int number) {
        return Optional.ofNullable(seats.get(number));
    }

    Optional<Seat> seatOf(String client) {
        return seats.values().stream().filter(seat -> seat.holder().equals(client)).findFirst();
    }

    List<Integer> numbers() {
        return List.copyOf(seats.keySet());
    }

    /// Whom a message is for.
    Optional<Seat> receiver(int receiver) {
        boolean byIndex =
                fixed.kind == SessionKind.SIGN
                        && seats.values().stream().anyMatch(seat -> seat.index() != null);
        return byIndex ? indexed(receiver) : seat(receiver);
    }

    Optional<Seat> indexed(int index) {
        return seats.values().stream()
                .filter(seat -> Objects.equals(seat.index(), index))
                .findFirst();
    }

    int lowestFree() {
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> !seats.containsKey(number))
                .findFirst()
                .orElseThrow();
    }

    int openSeats() {
        return fixed.seats - seats.size();
    }

    void put(Seat seat) {
        seats.put(seat.number(), seat);
    }

    void free(int number) {
        seats.remove(number);
    }

    /// Whether all seats were taken.
    boolean isFull() {
        return full;
    }

    void fill() {
        full = true;
        named = true;
    }

    /// Whether the number of a party cannot be another's any more.
    boolean isNamed() {
        return named;
    }

    /// An event names a party.
    ///
    /// @return false when one has before
    boolean name() {
        boolean first = !named;
        named = true;
        return first;
    }

    boolean isOpen() {
        return end == End.OPEN;
    }

    boolean isAborted() {
        return end == End.ABORTED;
    }

    String reason() {
        return reason;
    }

    void close(Instant now) {
        end = End.CLOSED;
        used = now;
    }

    void abort(String why, Instant now) {
        end = End.ABORTED;
        reason = why;
        used = now;
    }
}
