package io.circles.client;

import io.circles.client.RelaySessionEndedException.Ending;
import io.circles.protocol.RelayApi;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What this client has heard of one relay session, and the waiting for more of it.
///
/// Concurrency: the reading thread of the connection calls what changes something; any thread
/// waits. `room` guards all fields.
final class HeardSession {
    private final String id;
    private final WaitingRoom room = new WaitingRoom();
    private final Inbox inbox;
    private final Map<Integer, Instant> away = new TreeMap<>();
    private List<Integer> parties = List.of();
    private boolean closed;
    private boolean over;

    /// @param allowance for the characters of messages that wait
    HeardSession(String id, Allowance allowance) {
        this.id = id;
        this.inbox = new Inbox(allowance);
    }

    String id() {
        return id;
    }

    /// Takes an event. Does not block.
    ///
    /// @param length in characters, as it came
    void hear(RelayApi.Event event, int length) {
        room.change(
                () -> {
                    switch (event) {
                        case RelayApi.SessionSignup signup -> parties = signup.parties();
                        case RelayApi.SessionLoad load -> parties = load.parties();
                        case RelayApi.SessionMessage message ->
                                keep(RelayMessage.of(message.message()), length);
                        case RelayApi.PartyPresence presence -> note(presence);
                        case RelayApi.SessionClosed _ -> close();
                        case RelayApi.SessionAborted aborted -> end(Ending.of(aborted));
                        case RelayApi.SessionExpired expired -> end(Ending.of(expired));
                        case RelayApi.SessionCreate _ -> {} // for those who do not know it yet
                    }
                });
    }

    /// Without a message for which there is no room the protocol cannot go on.
    private void keep(RelayMessage message, int length) {
        if (!inbox.add(message, length)) {
            String reason = "more has come than can wait here";
            end(Ending.accusing(reason, message.sender()));
        }
    }

    private void note(RelayApi.PartyPresence presence) {
        Long until = presence.graceUntil();
        if (presence.present() || until == null) {
            away.remove(presence.number());
        } else {
            away.put(presence.number(), Instant.ofEpochSecond(until));
        }
    }

    private void close() {
        closed = true;
        over = true;
        inbox.close();
    }

    private void end(Ending how) {
        room.end(() -> new RelaySessionEndedException(id, how));
        over = true;
        inbox.close();
    }

    /// Whether nothing more comes.
    boolean isOver() {
        return room.look(() -> over);
    }

    /// The connection is lost.
    void lose(Supplier<RuntimeException> why) {
        room.lose(why);
    }

    /// There is a connection again.
    void recover() {
        room.recover();
    }

    /// @throws RelaySessionEndedException when it was aborted, has expired or cannot go on here
    void throwIfEnded() {
        room.throwIfEnded();
    }

    /// Nobody, until all have signed up or loaded their numbers.
    List<Integer> parties() {
        return room.look(() -> parties);
    }

    Map<Integer, Instant> away() {
        return room.look(() -> Map.copyOf(away));
    }

    List<Integer> awaitParties(Duration timeout, Deadline deadline) throws InterruptedException {
        return room.await(() -> Optional.of(parties).filter(all -> !all.isEmpty()), deadline)
                .orElseThrow(() -> late("not all seats are taken", timeout, List.of()));
    }

    void awaitClosed(Duration timeout) throws InterruptedException {
        var _ =
                room.await(() -> Optional.of(true).filter(_ -> closed), Deadline.after(timeout))
                        .orElseThrow(() -> late("not all have finished", timeout, List.of()));
    }

    RelayMessage receive(Duration timeout) throws InterruptedException {
        return room.await(this::first, Deadline.after(timeout))
                .orElseThrow(() -> late("no message has come", timeout, List.of()));
    }

    private Optional<RelayMessage> first() {
        throwIfClosed();
        return inbox.takeFirst();
    }

    /// @param wanted those of one round
    RoundMessages collect(Collection<Inbox.Slot> wanted, Duration timeout, Deadline deadline)
            throws InterruptedException {
        return room.await(() -> all(wanted), deadline)
                .orElseThrow(
                        () -> {
                            List<Integer> missing = room.look(() -> inbox.missing(wanted));
                            return late("not all messages have come", timeout, missing);
                        });
    }

    private Optional<RoundMessages> all(Collection<Inbox.Slot> wanted) {
        throwIfClosed();
        return inbox.take(wanted);
    }

    private void throwIfClosed() {
        if (closed) {
            throw new RelaySessionEndedException(id, Ending.of("all parties have finished"));
        }
    }

    private static RelayTimeoutException late(
            String what, Duration timeout, List<Integer> missing) {
        return new RelayTimeoutException(what, timeout, missing);
    }
}
