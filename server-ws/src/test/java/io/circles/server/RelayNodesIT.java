package io.circles.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.server.RelayPeer.Happened;
import io.circles.server.session.Members;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The relay of one circle on two servers, with a Redis between them: three parties, of which one
/// is connected where the group is and two are not.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class RelayNodesIT {
    private static final String KEYGEN = "keygen";
    private static final String SIGN = "sign";
    private static final int PARTIES = 3;
    private static final int STEPS = 7;
    private static final int MANY = 300;

    @TempDir private Path folder;
    private final TestNodes nodes = new TestNodes();
    private final List<RelayPeer> peers = new ArrayList<>();
    private String group = "";
    private String session = "";

    @AfterEach
    void close() throws Exception {
        peers.forEach(RelayPeer::close);
        nodes.close();
    }

    private CircleServer node(Bus bus) throws IOException {
        return nodes.start(
                TestCircles.circle().members(members()),
                Files.createTempDirectory(folder, "node"),
                bus);
    }

    private CircleServer node() throws IOException {
        return node(nodes.bus());
    }

    private static Members members() {
        Map<PublicKey, List<String>> all =
                IntStream.rangeClosed(1, PARTIES)
                        .mapToObj(RelayNodesIT::key)
                        .collect(Collectors.toMap(KeyPair::publicKey, _ -> List.of()));
        return new Members(Set.of(), all);
    }

    private static KeyPair key(int number) {
        byte[] secret = new byte[32];
        secret[0] = 1;
        secret[31] = (byte) number;
        return KeyPair.of(secret);
    }

    private RelayPeer party(int number) {
        return peers.get(number - 1);
    }

    /// All parties have seats and are told so: the first at its home, where the group is, the rest
    /// on the other node.
    private void begin(CircleServer home, CircleServer other, int threshold, String kind) {
        int seats = kind.equals(KEYGEN) ? PARTIES : threshold + 1;
        for (int i = 1; i <= seats; i++) {
            peers.add(RelayPeer.of(key(i), i == 1 ? home : other));
        }
        group = party(1).createGroup(PARTIES, threshold);
        peers.stream().skip(1).forEach(this::joinOnceThere);
        session = party(seats).createSession(group, kind);
        for (int i = 1; i <= seats; i++) {
            assertThat(party(i).signup(group, session, kind)).isEqualTo(i);
        }
        for (RelayPeer peer : peers) {
            Happened event = peer.next();
            event = event.name().equals("sessionCreate") ? peer.next() : event;
            assertThat(event.name()).isEqualTo("sessionSignup");
        }
    }

    /// Nodes take a moment to find each other.
    private void joinOnceThere(RelayPeer peer) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> {
                            JsonNode answer = peer.call("Group.join", Json.array().add(group));
                            assertThat(answer.has("result")).as(answer.toString()).isTrue();
                        });
    }

    private JsonNode says(int sender, @Nullable Integer receiver, String kind, String body) {
        return party(sender)
                .call(
                        "Session.message",
                        RelayPeer.message(group, session, kind, sender, receiver, body));
    }

    private void tell(int sender, @Nullable Integer receiver, String kind, String body) {
        JsonNode answer = says(sender, receiver, kind, body);
        assertThat(answer.has("result")).as(answer.toString()).isTrue();
    }

    private static void assertTold(RelayPeer who, String body) {
        Happened event = who.next();
        assertThat(event.name()).isEqualTo("sessionMessage");
        assertThat(event.body().path("body").textValue()).isEqualTo(body);
    }

    private void closeAll() {
        for (int i = 1; i <= peers.size(); i++) {
            assertThat(party(i).finish(group, session, i).has("result")).isTrue();
        }
        for (RelayPeer peer : peers) {
            assertThat(peer.next().name()).isEqualTo("sessionClosed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {KEYGEN, SIGN})
    void partiesOnTwoNodesTellAllAndThenEachOther(String kind) throws IOException {
        begin(node(), node(), PARTIES - 1, kind);
        for (int i = 1; i <= PARTIES; i++) {
            tell(i, null, kind, "all" + i);
            for (int j = 1; j <= PARTIES; j++) {
                if (i != j) {
                    tell(i, j, kind, i + "to" + j);
                }
            }
        }
        for (int j = 1; j <= PARTIES; j++) {
            for (int i = 1; i <= PARTIES; i++) {
                if (i != j) {
                    assertTold(party(j), "all" + i);
                    assertTold(party(j), i + "to" + j);
                }
            }
        }
        closeAll();
    }

    @Test
    void whoDropsAndReturnsByTheOtherNodeMissesNothing() throws IOException {
        CircleServer home = node();
        CircleServer other = node();
        begin(home, other, 1, KEYGEN);
        List<CircleServer> both = List.of(home, other);
        RelayPeer dropping = party(2);
        Function<Integer, Integer> drop =
                step -> {
                    dropping.at(both.get(step % 2)).dropAndReturn(group);
                    return step + 1;
                };
        int step = drop.apply(0);
        for (int i = 1; i <= PARTIES; i++) {
            tell(i, null, KEYGEN, "all" + i);
            step = drop.apply(step);
        }
        tell(1, 2, KEYGEN, "p12");
        step = drop.apply(step);
        tell(3, 2, KEYGEN, "p32");
        step = drop.apply(step);
        for (int i = 1; i <= PARTIES; i++) {
            party(i).finish(group, session, i);
        }
        assertThat(drop.apply(step)).isEqualTo(STEPS);
        List<String> told = new ArrayList<>();
        Happened event = dropping.next();
        while (!event.name().equals("sessionClosed")) {
            told.add(event.body().path("uuid").textValue());
            event = dropping.next();
        }
        assertThat(told).containsExactly("all1", "all3", "p12", "p32");
    }

    @Test
    void whenTheHomeStopsItsPartiesElsewhereAreToldAtOnce() throws IOException {
        CircleServer home = node();
        begin(home, node(), 1, KEYGEN);
        tell(1, null, KEYGEN, "before");
        assertTold(party(2), "before");
        nodes.stop(home);
        assertAborted(party(2));
    }

    @Test
    void whenTheHomeIsKilledItsPartiesElsewhereAreTold() throws IOException {
        try (TestProxy proxy = new TestProxy(nodes.redis().port())) {
            CircleServer home = node(TestNodes.bus(proxy.port()));
            begin(home, node(), 1, KEYGEN);
            tell(2, 3, KEYGEN, "before");
            assertTold(party(3), "before");
            proxy.cut();
            JsonNode lost = says(2, 3, KEYGEN, "lost");
            assertThat(lost.at("/error/data/kind").asText()).isEqualTo("state_unavailable");
            assertThat(lost.at("/error/data/retryable").asBoolean()).isFalse();
            assertAborted(party(2));
            assertAborted(party(3));
        }
        assertThat(says(2, 3, KEYGEN, "late").at("/error/data/kind").asText())
                .isEqualTo("relay_aborted");
        RelayPeer again = party(3);
        group = again.createGroup(PARTIES, 1);
        party(2).join(group);
        session = party(2).createSession(group, SIGN);
        assertThat(again.signup(group, session, SIGN)).isEqualTo(1);
    }

    private void assertAborted(RelayPeer who) {
        Happened told = who.next();
        assertThat(told.name()).isEqualTo("sessionAborted");
        assertThat(told.body().path("session_id").asText()).isEqualTo(session);
        assertThat(told.body().path("by").isNull()).isTrue();
    }

    @Test
    void aRedisThatBeginsAnewLosesNothingAndDoublesNothing() throws IOException {
        begin(node(), node(), 1, KEYGEN);
        for (int i = 0; i < 10; i++) {
            tell(2, 1, KEYGEN, "a" + i);
            tell(1, 2, KEYGEN, "b" + i);
        }
        nodes.redis().restart();
        for (int i = 10; i < 20; i++) {
            tell(2, 1, KEYGEN, "a" + i);
            tell(1, 2, KEYGEN, "b" + i);
        }
        for (int i = 0; i < 20; i++) {
            assertTold(party(1), "a" + i);
            assertTold(party(2), "b" + i);
        }
        closeAll();
    }

    /// The numbers of the events have no holes: [RelayPeer] looks at that.
    @Test
    void whileAllSpeakRedisBeginsAnewAgainAndAgain() throws Exception {
        begin(node(), node(), 1, KEYGEN);
        AtomicInteger said = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> all =
                    IntStream.rangeClosed(1, PARTIES)
                            .mapToObj(i -> threads.submit(() -> sayAndHear(i, said)))
                            .toList();
            for (int i = 1; i <= 2; i++) {
                int some = i * MANY;
                await().atMost(Duration.ofSeconds(40)).until(() -> said.get() > some);
                nodes.redis().restart();
            }
            for (int i = 1; i <= PARTIES; i++) {
                int me = i;
                assertThat(all.get(i - 1).get())
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.rangeClosed(1, PARTIES)
                                        .filter(other -> other != me)
                                        .boxed()
                                        .flatMap(RelayNodesIT::words)
                                        .toList());
            }
        }
        closeAll();
    }

    private static Stream<String> words(int number) {
        return IntStream.range(0, MANY).mapToObj(i -> number + " says " + i);
    }

    /// Says all to all, and then hears what they have said.
    private List<String> sayAndHear(int number, AtomicInteger said) {
        words(number)
                .forEach(
                        word -> {
                            tell(number, null, KEYGEN, word);
                            said.incrementAndGet();
                        });
        return IntStream.range(0, (PARTIES - 1) * MANY)
                .mapToObj(_ -> party(number).next().body().path("body").textValue())
                .toList();
    }
}
