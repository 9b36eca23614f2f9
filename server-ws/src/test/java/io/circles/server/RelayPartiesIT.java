package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.server.RelayPeer.Happened;
import io.circles.server.session.Members;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Three and five parties over sockets, in both dialects: whole protocols, drops at every point of
/// them, a restart of the server, and members that do what they should not.
class RelayPartiesIT {
    private static final String KEYGEN = "keygen";
    private static final String SIGN = "sign";
    private static final String CIRCLE = "circle";
    private static final String ORIGINAL = "mpc";
    private static final int MOST = 5;
    private static final int STEPS = 8;

    @TempDir private static Path folder;
    private static CircleHost host;
    private static CircleServer circle;

    private final List<RelayPeer> peers = new ArrayList<>();
    private String group = "";
    private String session = "";

    @BeforeAll
    static void start() throws IOException {
        host = CircleHost.start(new StubScripts());
        circle =
                host.mount(
                        TestCircles.circle()
                                .data(folder)
                                .members(
                                        new Members(
                                                Set.of(),
                                                IntStream.rangeClosed(1, MOST)
                                                        .mapToObj(RelayPartiesIT::key)
                                                        .collect(
                                                                Collectors.toMap(
                                                                        KeyPair::publicKey,
                                                                        _ -> List.of()))))
                                .mpc(new MpcConfig(true, Duration.ofMinutes(2), Optional.empty()))
                                .build());
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static KeyPair key(int number) {
        byte[] secret = new byte[32];
        secret[0] = 1;
        secret[31] = (byte) number;
        return KeyPair.of(secret);
    }

    private static RelayPeer peer(String dialect, int number) {
        return dialect.equals(CIRCLE)
                ? RelayPeer.of(key(number), circle)
                : RelayPeer.of("%032d".formatted(System.nanoTime()) + number, circle);
    }

    /// As many parties as there are, all signed up and told so.
    private void begin(String dialect, int parties, int threshold, String kind) {
        int seats = kind.equals(KEYGEN) ? parties : threshold + 1;
        for (int i = 1; i <= seats; i++) {
            peers.add(peer(dialect, i));
        }
        group = peers.getFirst().createGroup(parties, threshold);
        peers.stream().skip(1).forEach(peer -> peer.join(group));
        session = peers.getFirst().createSession(group, kind);
        for (int i = 0; i < seats; i++) {
            assertThat(peers.get(i).signup(group, session, kind)).isEqualTo(i + 1);
        }
        for (RelayPeer peer : peers) {
            Happened event = peer.next();
            event = event.name().equals("sessionCreate") ? peer.next() : event;
            assertThat(event.name()).isEqualTo("sessionSignup");
        }
    }

    private void end() {
        peers.forEach(RelayPeer::close);
    }

    private RelayPeer party(int number) {
        return peers.get(number - 1);
    }

    private void tell(int sender, @Nullable Integer receiver, String kind, String body) {
        JsonNode answer =
                party(sender)
                        .call(
                                "Session.message",
                                RelayPeer.message(group, session, kind, sender, receiver, body));
        assertThat(answer.has("error")).as(answer.toString()).isFalse();
    }

    private static void assertTold(RelayPeer who, String body) {
        Happened event = who.next();
        assertThat(event.name()).isEqualTo("sessionMessage");
        assertThat(event.body().path("body").textValue()).isEqualTo(body);
    }

    private void closeAll() {
        for (int i = 1; i <= peers.size(); i++) {
            party(i).finish(group, session, i);
        }
        for (RelayPeer peer : peers) {
            Happened closed = peer.next();
            assertThat(closed.name()).isEqualTo("sessionClosed");
            assertThat(closed.body()).hasSize(peers.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"circle, 3, keygen", "mpc, 3, keygen", "circle, 5, keygen", "mpc, 5, sign"})
    void everyPartyTellsAllAndThenEachOther(String dialect, int parties, String kind) {
        begin(dialect, parties, parties - 2, kind);
        for (int i = 1; i <= peers.size(); i++) {
            tell(i, null, kind, "all" + i);
            for (int j = 1; j <= peers.size(); j++) {
                if (i != j) {
                    tell(i, j, kind, i + "to" + j);
                }
            }
        }
        for (int j = 1; j <= peers.size(); j++) {
            for (int i = 1; i <= peers.size(); i++) {
                if (i != j) {
                    assertTold(party(j), "all" + i);
                    assertTold(party(j), i + "to" + j);
                }
            }
        }
        closeAll();
        end();
    }

    static Stream<Arguments> drops() {
        return Stream.of(CIRCLE, ORIGINAL)
                .flatMap(
                        dialect ->
                                IntStream.range(0, STEPS)
                                        .mapToObj(step -> Arguments.of(dialect, step)));
    }

    /// At `/mpc` a client that was cut off may get again what it has; it tells by the message's
    /// uuid.
    @ParameterizedTest
    @MethodSource("drops")
    void aDropAtAnyPointLosesNothing(String dialect, int when) {
        begin(dialect, 3, 1, KEYGEN);
        RelayPeer dropping = party(2);
        Function<Integer, Integer> maybeDrop =
                step -> {
                    if (step == when) {
                        dropping.dropAndReturn(group);
                    }
                    return step + 1;
                };
        int step = maybeDrop.apply(0);
        for (int i = 1; i <= 3; i++) {
            tell(i, null, KEYGEN, "all" + i);
            step = maybeDrop.apply(step);
        }
        tell(1, 2, KEYGEN, "p12");
        step = maybeDrop.apply(step);
        tell(3, 2, KEYGEN, "p32");
        step = maybeDrop.apply(step);
        party(1).finish(group, session, 1);
        party(2).finish(group, session, 2);
        step = maybeDrop.apply(step);
        party(3).finish(group, session, 3);
        var _ = maybeDrop.apply(step);

        List<String> told = new ArrayList<>();
        Happened event = dropping.next();
        while (!event.name().equals("sessionClosed")) {
            if (event.name().equals("sessionMessage")) {
                told.add(event.body().path("uuid").textValue());
            }
            event = dropping.next();
        }
        if (dropping.isOriginal()) {
            told = new ArrayList<>(new LinkedHashSet<>(told));
        }
        assertThat(told).containsExactly("all1", "all3", "p12", "p32");
        end();
    }

    @ParameterizedTest
    @ValueSource(strings = {CIRCLE, ORIGINAL})
    void aRestartOfTheServerEndsNoProtocol(String dialect) throws IOException {
        begin(dialect, 3, 1, KEYGEN);
        tell(1, null, KEYGEN, "before");
        CircleConfig config = circle.config();
        circle.close();
        circle =
                host.mount(
                        CircleConfig.builder("test", config.key())
                                .port(circle.url().getPort())
                                .data(folder)
                                .members(config.members())
                                .mpc(config.mpc())
                                .build());
        List<RelayPeer> before = List.copyOf(peers);
        peers.clear();
        before.forEach(peer -> peers.add(peer.at(circle)));
        peers.forEach(peer -> peer.dropAndReturn(group));
        tell(3, null, KEYGEN, "after");
        for (int i : List.of(1, 2)) {
            List<String> told = new ArrayList<>();
            while (!told.contains("after")) {
                told.add(party(i).next().body().path("uuid").asText());
            }
            assertThat(told.stream().filter(text -> !text.isEmpty()).distinct())
                    .containsExactlyElementsOf(
                            i == 1 ? List.of("after") : List.of("before", "after"));
        }
        peers.forEach(RelayPeer::close);
    }

    private static String refusal(JsonNode answer) {
        return answer.at("/error/message").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {CIRCLE, ORIGINAL})
    void nobodyCanDoWhatIsAnothers(String dialect) {
        begin(dialect, 3, 1, SIGN);
        RelayPeer bad = party(2);
        assertThat(
                        refusal(
                                bad.call(
                                        "Session.message",
                                        RelayPeer.message(group, session, SIGN, 1, null, "x"))))
                .isEqualTo("party 1 is not valid in this context");
        assertThat(refusal(bad.finish(group, session, 1)))
                .isEqualTo("party 1 is not valid in this context");
        party(1).call("Session.participant", Json.array().add(group).add(session).add(1).add(1));
        assertThat(
                        refusal(
                                bad.call(
                                        "Session.participant",
                                        Json.array().add(group).add(session).add(1).add(2))))
                .isEqualTo("index 1 belongs to another party");
        assertThat(bad.signup(group, session, SIGN)).isEqualTo(2);
        RelayPeer stranger = peer(dialect, MOST);
        assertThat(
                        refusal(
                                stranger.call(
                                        "Session.signup",
                                        Json.array().add(group).add(session).add(SIGN))))
                .endsWith(" does not belong to the group " + group);
        stranger.close();
        closeAll();
        end();
    }

    @ParameterizedTest
    @ValueSource(strings = {CIRCLE, ORIGINAL})
    void aGiantFrameIsRefusedAndAFloodIsAnswered(String dialect) {
        begin(dialect, 3, 1, SIGN);
        RelayPeer bad = party(2);
        bad.send(
                "Session.message",
                RelayPeer.message(group, session, SIGN, 2, null, "x".repeat((1 << 19) + 1)));
        assertThat(bad.receive().has("error")).isTrue();
        int flood = 200;
        for (int i = 0; i < flood; i++) {
            bad.send("Session.create", Json.array().add(group).add(SIGN));
        }
        int share = 100 / 3;
        int refused = 0;
        for (int i = 0; i < flood; i++) {
            refused += bad.receive().has("error") ? 1 : 0;
        }
        assertThat(refused).isEqualTo(flood - share);
        tell(1, 2, SIGN, "still here");
        assertTold(bad, "still here");
        closeAll();
        end();
    }

    @Test
    void aShortSecretIsNone() {
        assertThat(catchThrowable(() -> RelayPeer.of("short", circle)))
                .rootCause()
                .hasMessageContaining("400");
    }
}
