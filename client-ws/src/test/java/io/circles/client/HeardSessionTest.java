package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.client.Inbox.Slot;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RelayApi.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeardSessionTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final List<Slot> ROUND_ONE =
            List.of(new Slot(1, 2, false), new Slot(1, 3, false));

    private final HeardSession session = new HeardSession("s", new Allowance(1000));

    private void message(int sender, int length) {
        Message message = new Message(1, sender, null, "u", Json.text("hi"));
        session.hear(new RelayApi.SessionMessage("g", "s", 1, message), length);
    }

    private RoundMessages collect() throws InterruptedException {
        return session.collect(ROUND_ONE, SOON, Deadline.after(SOON));
    }

    private RelaySessionEndedException ended() {
        return catchThrowableOfType(RelaySessionEndedException.class, this::collect);
    }

    @Test
    void whoDoesNotSendInTimeIsNamedAndWhatHasComeIsKept() throws Exception {
        message(2, 10);
        var late = catchThrowableOfType(RelayTimeoutException.class, this::collect);

        assertThat(late.missing()).containsExactly(3);
        assertThat(late).hasMessageContaining("[3]").hasMessageContaining("20 ms");
        message(3, 10);
        assertThat(collect().broadcasts()).containsOnlyKeys(2, 3);
    }

    @Test
    void anAbortedSessionGivesNothingEvenIfAllIsThere() {
        message(2, 10);
        message(3, 10);
        session.hear(
                new RelayApi.SessionAborted("g", "s", 3, "cheated", 2, List.of(3), List.of()), 1);

        RelaySessionEndedException end = ended();
        assertThat(end.reason()).isEqualTo("cheated");
        assertThat(end.by()).contains(2);
        assertThat(end.accused()).containsExactly(3);
        assertThat(end).hasMessage("relay session s has ended: cheated (party 2), accused [3]");
        assertThat(catchThrowableOfType(RelaySessionEndedException.class, session::throwIfEnded))
                .isNotNull();
        assertThat(session.isOver()).isTrue();
    }

    @Test
    void anExpiredSessionSaysWhoWasMissing() {
        session.hear(new RelayApi.SessionExpired("g", "s", 1, List.of(2, 3), 0), 1);
        assertThat(ended().missing()).containsExactly(2, 3);

        HeardSession never = new HeardSession("n", new Allowance(1000));
        never.hear(new RelayApi.SessionExpired("g", "n", 1, List.of(), 2), 1);
        var end =
                catchThrowableOfType(
                        RelaySessionEndedException.class,
                        () -> never.awaitParties(SOON, Deadline.after(SOON)));
        assertThat(end.openSeats()).isEqualTo(2);
        assertThat(end).hasMessageContaining("2 seats were not taken");
    }

    @Test
    void aPartyThatSendsMoreThanCanWaitEndsTheSessionHere() {
        message(2, 10);
        message(3, 1000);

        assertThat(ended().accused()).containsExactly(3);
        assertThat(session.isOver()).isTrue();
    }

    @Test
    void theFirstEndCounts() {
        session.hear(
                new RelayApi.SessionAborted("g", "s", 1, "one", null, List.of(), List.of(2)), 1);
        session.hear(
                new RelayApi.SessionAborted("g", "s", 2, "two", null, List.of(), List.of()), 1);

        assertThat(ended().reason()).isEqualTo("one");
        assertThat(ended().by()).isEmpty();
        assertThat(ended().missing()).containsExactly(2);
    }

    @Test
    void aSessionThatAllHaveFinishedHasNoMoreRounds() throws Exception {
        assertThat(catchThrowableOfType(RelayTimeoutException.class, this::awaitClosed))
                .isNotNull();
        session.hear(new RelayApi.SessionClosed("g", "s", 1, List.of(1, 2, 3)), 1);

        awaitClosed();
        assertThat(ended().reason()).isEqualTo("all parties have finished");
        assertThat(session.isOver()).isTrue();
    }

    private void awaitClosed() throws InterruptedException {
        session.awaitClosed(SOON);
    }

    @Test
    void partiesAreKnownWhenAllSeatsAreTaken() throws Exception {
        assertThat(session.parties()).isEmpty();
        session.hear(new RelayApi.SessionLoad("g", "s", 1, List.of(1, 3)), 1);

        assertThat(session.awaitParties(SOON, Deadline.after(SOON))).containsExactly(1, 3);
    }

    @Test
    void whoIsAwayIsKnownUntilItIsBack() {
        session.hear(new RelayApi.PartyPresence("g", "s", 1, 2, false, 1_800_000_000L), 1);
        assertThat(session.away()).containsEntry(2, Instant.ofEpochSecond(1_800_000_000L));

        session.hear(new RelayApi.PartyPresence("g", "s", 2, 2, true, null), 1);
        assertThat(session.away()).isEmpty();
    }

    @Test
    void aLostConnectionFailsThoseWhoWouldWaitUntilItIsBack() throws Exception {
        session.lose(() -> new ConnectionLostException(LinkEnd.broken("cut", null), false));
        assertThat(catchThrowableOfType(ConnectionLostException.class, this::collect)).isNotNull();
        message(2, 10);
        message(3, 10);
        assertThat(collect().broadcasts()).hasSize(2);

        session.recover();
        assertThat(catchThrowableOfType(RelayTimeoutException.class, this::collect)).isNotNull();
    }
}
