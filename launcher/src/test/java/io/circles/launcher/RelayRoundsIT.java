package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.ConnectionLostException;
import io.circles.client.RelayGroup;
import io.circles.client.RelaySession;
import io.circles.client.RelaySessionEndedException;
import io.circles.client.Round;
import io.circles.client.RoundMessages;
import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Parties with the client library at the relay of a real launcher.
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RelayRoundsIT {
    private static final Duration PATIENCE = RelayedParty.PATIENCE;

    private final List<RelayedParty> parties = new ArrayList<>();
    private LastingCircle circle;

    @BeforeAll
    void serve(@TempDir Path folder) throws Exception {
        circle = new LastingCircle(folder, "export const nothing = 0;");
        circle.circle().putObject("access").putArray("authenticated").add("relay");
        circle.start();
    }

    @AfterEach
    void disconnect() {
        parties.forEach(RelayedParty::close);
        parties.clear();
    }

    @AfterAll
    void stop() {
        circle.close();
    }

    private void seat() throws Exception {
        parties.addAll(RelayedParty.seated(circle));
    }

    private <T> List<T> all(RelayedParty.Doing<T> what) throws Exception {
        return RelayedParty.all(parties, what);
    }

    private static List<String> texts(Map<Integer, JsonNode> bodies) {
        return bodies.values().stream().map(JsonNode::asText).toList();
    }

    private List<List<String>> said(int round, String word) throws Exception {
        return all(party -> texts(party.says(round, word).broadcasts()));
    }

    /// What each of them hears when all say a word and their number.
    private List<List<String>> heard(String word) {
        return parties.stream()
                .map(
                        party ->
                                party.session.parties().stream()
                                        .filter(number -> number != party.session.number())
                                        .map(number -> word + number)
                                        .toList())
                .toList();
    }

    @Test
    void threePartiesGoThroughTheirRoundsAndFinish() throws Exception {
        seat();
        assertThat(parties).extracting(party -> party.session.number()).contains(1, 2, 3);
        assertThat(said(1, "one")).isEqualTo(heard("one"));
        assertThat(all(RelayRoundsIT::toEach)).isEqualTo(heard("for you, of "));
        assertThat(said(3, "three")).isEqualTo(heard("three"));

        all(
                party -> {
                    party.session.finish();
                    party.session.awaitClosed(PATIENCE);
                    return true;
                });
        assertThatThrownBy(() -> parties.getFirst().says(4, "more"))
                .isInstanceOfAny(CircleException.class, RelaySessionEndedException.class);
    }

    private static List<String> toEach(RelayedParty party) throws InterruptedException {
        Round round = party.session.round(2);
        for (int other : party.session.parties()) {
            if (other != party.session.number()) {
                round.to(other, "for you, of " + party.session.number());
            }
        }
        RoundMessages got = round.collect(PATIENCE);
        assertThat(got.broadcasts()).isEmpty();
        return texts(got.direct());
    }

    @Test
    void aPartyThatDropsComesBackAndHasMissedNothing() throws Exception {
        seat();
        assertThat(said(1, "one")).isEqualTo(heard("one"));
        RelayedParty lost = parties.getLast();
        lost.drop();
        assertThatThrownBy(() -> lost.says(2, "two")).isInstanceOf(ConnectionLostException.class);
        RelaySession seen = parties.getFirst().session;
        await().atMost(PATIENCE)
                .until(() -> seen.away().keySet().equals(Set.of(lost.session.number())));

        List<List<String>> said =
                all(
                        party -> {
                            if (party == lost) {
                                party.comeBack();
                            }
                            return texts(party.says(2, "two").broadcasts());
                        });
        assertThat(said).isEqualTo(heard("two"));
        await().atMost(PATIENCE).until(() -> seen.away().isEmpty());
        assertThat(said(3, "three")).isEqualTo(heard("three"));
    }

    @Test
    void aServerThatIsKilledCostsNothingButTheWay() throws Exception {
        seat();
        assertThat(said(1, "one")).isEqualTo(heard("one"));
        RelayedParty early = parties.getFirst();
        Round sent = early.session.round(2).broadcast("two" + early.session.number());
        sent.send();
        circle.restart("KILL");

        List<List<String>> said =
                all(
                        party -> {
                            RoundMessages got =
                                    party == early ? sent.collect(PATIENCE) : party.says(2, "two");
                            return texts(got.broadcasts());
                        });
        assertThat(said).isEqualTo(heard("two"));
    }

    @Test
    void whoAbortsEndsItForAllAndSaysWhoIsToBlame() throws Exception {
        seat();
        RelayedParty judge = parties.getFirst();
        int accused = parties.getLast().session.number();
        judge.session.abort("a proof is wrong", List.of(accused));

        for (RelayedParty other : parties.subList(1, 3)) {
            var end =
                    catchThrowableOfType(
                            RelaySessionEndedException.class, () -> other.says(1, "one"));
            assertThat(end.reason()).isEqualTo("a proof is wrong");
            assertThat(end.by()).contains(judge.session.number());
            assertThat(end.accused()).containsExactly(accused);
        }
    }

    @Test
    void nobodyElseTakesTheSeatOfAParticipant() throws Exception {
        seat();
        RelayedParty maker = parties.getFirst();
        RelaySession signing =
                maker.group.create(
                        RelayApi.SIGN,
                        Json.object().put("pay", 10),
                        List.of(maker.key.publicKey(), parties.get(1).key.publicKey()));
        RelayedParty stranger = parties.getLast();
        RelaySession seen = stranger.group.join(signing.id(), RelayApi.SIGN);
        assertThat(seen.value()).isEqualTo(Json.object().put("pay", 10));
        assertThatThrownBy(() -> seen.signUp(PATIENCE)).isInstanceOf(CircleException.class);

        parties.remove(stranger);
        int[] shares = {1, 3};
        all(
                party -> {
                    party.session = party.group.join(signing.id(), RelayApi.SIGN);
                    party.session.load(shares[parties.indexOf(party)], PATIENCE);
                    return true;
                });
        assertThat(maker.session.parties()).containsExactly(1, 3);
        assertThat(said(1, "one")).isEqualTo(heard("one"));
        stranger.close();
    }

    @Test
    void aGroupIsClosedToOneMoreButNotToItsOwn() throws Exception {
        seat();
        RelayGroup group = parties.getFirst().group;
        try (CircleClient more = circle.connectStranger()) {
            assertThatThrownBy(() -> more.relay().join(group.id()))
                    .isInstanceOf(CircleException.class)
                    .hasMessageContaining("full");
        }
        RelayedParty member = parties.getLast();
        member.drop();
        member.comeBack();
        assertThat(member.client().relay().join(group.id(), member.group.after()).label())
                .isEqualTo("three");
    }

    @Test
    void aNewSessionIsAnnouncedToTheOtherMembers() throws Exception {
        seat();
        RelaySession made = parties.getFirst().group.create(RelayApi.KEYGEN);
        for (RelayedParty other : parties.subList(1, 3)) {
            assertThat(other.group.awaitSession(PATIENCE).id()).isEqualTo(made.id());
        }
    }
}
