package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.client.Inbox.Slot;
import io.circles.protocol.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Allowance allowance = new Allowance(100);
    private final Inbox inbox = new Inbox(allowance);

    private static RelayMessage broadcast(int round, int sender, String body) {
        return new RelayMessage(round, sender, false, Json.text(body));
    }

    @Test
    void aRoundIsTakenWhenAllOfItIsThere() {
        List<Slot> wanted =
                List.of(new Slot(1, 2, false), new Slot(1, 3, false), new Slot(1, 3, true));
        inbox.add(broadcast(1, 2, "a"), 10);
        inbox.add(new RelayMessage(1, 3, true, Json.text("b")), 10);

        assertThat(inbox.take(wanted)).isEmpty();
        assertThat(inbox.missing(wanted)).containsExactly(3);

        inbox.add(broadcast(1, 3, "c"), 10);
        assertThat(inbox.take(wanted))
                .contains(
                        new RoundMessages(
                                Map.of(2, Json.text("a"), 3, Json.text("c")),
                                Map.of(3, Json.text("b"))));
        assertThat(inbox.take(wanted)).isEmpty();
    }

    @Test
    void messagesOfLaterRoundsWaitForTheirs() {
        inbox.add(broadcast(2, 2, "later"), 10);
        inbox.add(broadcast(1, 2, "now"), 10);

        assertThat(inbox.take(List.of(new Slot(1, 2, false)))).isPresent();
        assertThat(inbox.takeFirst()).contains(broadcast(2, 2, "later"));
        assertThat(inbox.takeFirst()).isEmpty();
    }

    @Test
    void ofASenderTheFirstMessageOfARoundCountsTakenOrNot() {
        inbox.add(broadcast(1, 2, "first"), 10);
        assertThat(inbox.add(broadcast(1, 2, "second"), 10)).isTrue();
        assertThat(inbox.takeFirst()).contains(broadcast(1, 2, "first"));

        assertThat(inbox.add(broadcast(1, 2, "third"), 10)).isTrue();
        assertThat(inbox.takeFirst()).isEmpty();
    }

    @Test
    void thereIsRoomForSoManyCharactersAndAgainWhenTheyAreTaken() {
        assertThat(inbox.add(broadcast(1, 2, "a"), 60)).isTrue();
        assertThat(inbox.add(broadcast(1, 3, "b"), 60)).isFalse();

        inbox.takeFirst();
        assertThat(inbox.add(broadcast(1, 3, "b"), 60)).isTrue();
        inbox.close();
        assertThat(allowance.take(100)).isTrue();
    }

    @Test
    void aSessionHasSoManyMessagesInAll() {
        for (int i = 0; i < Inbox.MAX_MESSAGES; i++) {
            assertThat(inbox.add(broadcast(i, 2, ""), 0)).isTrue();
            inbox.takeFirst();
        }
        assertThat(inbox.add(broadcast(0, 3, ""), 0)).isFalse();
    }

    @Test
    void aClosedOneKeepsNothing() {
        inbox.close();
        assertThat(inbox.add(broadcast(1, 2, "a"), 1000)).isTrue();
        assertThat(inbox.takeFirst()).isEmpty();
    }
}
