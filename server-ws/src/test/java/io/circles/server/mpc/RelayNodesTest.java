package io.circles.server.mpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.transcript.Cast;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Relays of two and three nodes, with files and without sockets: whose group is where, drops and
/// returns, and everything that can be lost between nodes.
@Execution(ExecutionMode.CONCURRENT)
class RelayNodesTest {
    private static final String SIGN = RelayApi.SIGN;
    private static final String KEYGEN = RelayApi.KEYGEN;
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
    private static final int MANY = 200;

    private static final Duration PAUSE = Duration.ofMillis(50);

    /// Seconds are long enough to be waited for, and never are.
    private static final NodeLimits PATIENT =
            new NodeLimits(
                    1_000,
                    1 << 20,
                    4,
                    100,
                    100,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ZERO,
                    PAUSE);

    /// One connection of each other node has room.
    private static final NodeLimits SMALL =
            new NodeLimits(
                    1_000,
                    1 << 20,
                    4,
                    1,
                    100,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ZERO,
                    PAUSE);

    /// Calls are waited for, and in time if nothing holds them.
    private static final NodeLimits QUICK =
            new NodeLimits(
                    1_000,
                    1 << 20,
                    4,
                    100,
                    100,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(4),
                    Duration.ZERO,
                    PAUSE);

    /// Little is waited for, and that not long.
    private static final NodeLimits HASTY =
            new NodeLimits(
                    2,
                    2_000,
                    1,
                    100,
                    1,
                    100,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    Duration.ZERO,
                    PAUSE);

    @TempDir private Path folder;
    private final TestBuses buses = new TestBuses();
    private final List<RelayRoom> rooms = new ArrayList<>();
    private final List<RelayNodes> all = new ArrayList<>();
    private final Set<PublicKey> out = ConcurrentHashMap.newKeySet();
    private RelayNodes home;
    private RelayNodes other;
    private String group = "";
    private String session = "";

    @BeforeEach
    void open() {
        out.add(Cast.MALLORY.pair().publicKey());
        home = node("home", PATIENT);
        other = node("other", PATIENT);
    }

    private RelayNodes node(String name, NodeLimits limits) {
        RelayRoom room = new RelayRoom(folderOf(name), Relays.LIMITS);
        RelayNodes nodes = room.nodes(buses.bus(name), this::isMember, limits);
        rooms.add(room);
        all.add(nodes);
        return nodes;
    }

    private Path folderOf(String node) {
        try {
            return Files.createDirectories(folder.resolve(node));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isMember(PublicKey key) {
        return !out.contains(key);
    }

    @AfterEach
    void close() {
        all.forEach(RelayNodes::close);
        rooms.forEach(RelayRoom::close);
        buses.close();
    }

    /// Two parties sign; both have been told so.
    private void begin(TestMember first, TestMember second) throws InterruptedException {
        group = first.createGroup(2, 1);
        second.joins(group, null);
        session = first.createSession(group, SIGN);
        assertThat(first.signup(group, session, SIGN)).isEqualTo(1);
        assertThat(second.signup(group, session, SIGN)).isEqualTo(2);
        first.next(RelayApi.SessionSignup.class);
        second.next(RelayApi.SessionSignup.class);
    }

    private CompletableFuture<JsonNode> begins(TestMember who, int number, String body) {
        return who.begins(
                "Session.message",
                new RelayApi.SendMessage(
                        group,
                        session,
                        SIGN,
                        new RelayApi.Message(1, number, null, "m", Json.text(body))));
    }

    private void send(TestMember who, int number, String body) {
        TestParty.result(begins(who, number, body));
        assertThat(take(who)).isEqualTo("Session.message");
    }

    private static Object take(TestMember who) {
        try {
            return who.nextOfAll();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertGets(TestMember who, long seq, String body)
            throws InterruptedException {
        RelayApi.SessionMessage event = who.next(RelayApi.SessionMessage.class);
        assertThat(event.seq()).isEqualTo(seq);
        assertThat(TestMember.body(event)).isEqualTo(body);
    }

    private static Predicate<ObjectNode> says(String word) {
        return message -> message.path(NodeMessage.SAYS).asText().equals(word);
    }

    @Test
    void threePartiesOnTwoNodesMakeAKey() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        TestMember carol = new TestMember(other, Cast.CIRCLE);
        List<TestMember> parties = List.of(alice, bob, carol);
        group = alice.createGroup(3, 1);
        bob.joins(group, null);
        carol.joins(group, null);
        session = bob.createSession(group, KEYGEN);
        for (TestMember each : List.of(alice, carol)) {
            assertThat(each.next(RelayApi.SessionCreate.class).session().uuid()).isEqualTo(session);
        }
        for (TestMember each : parties) {
            each.signup(group, session, KEYGEN);
        }
        for (TestMember each : parties) {
            assertThat(each.next(RelayApi.SessionSignup.class).parties()).containsExactly(1, 2, 3);
        }
        for (int i = 1; i <= 3; i++) {
            message(parties.get(i - 1), i, null, "all" + i);
            message(parties.get(i - 1), i, i % 3 + 1, i + "to" + (i % 3 + 1));
        }
        for (int i = 1; i <= 3; i++) {
            List<String> told = new ArrayList<>();
            for (int j = 0; j < 3; j++) {
                told.add(TestMember.body(parties.get(i - 1).next(RelayApi.SessionMessage.class)));
            }
            int me = i;
            assertThat(told)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 3)
                                    .filter(from -> from != me)
                                    .boxed()
                                    .flatMap(
                                            from ->
                                                    from % 3 + 1 == me
                                                            ? List.of(
                                                                    "all" + from, from + "to" + me)
                                                                    .stream()
                                                            : List.of("all" + from).stream())
                                    .toList());
        }
        for (int i = 1; i <= 3; i++) {
            var _ =
                    parties.get(i - 1)
                            .does("Session.finish", new RelayApi.FinishParty(group, session, i));
        }
        for (TestMember each : parties) {
            assertThat(each.next(RelayApi.SessionClosed.class).parties()).containsExactly(1, 2, 3);
            each.joins(group, null);
            assertThat(each.hasNothing()).isTrue();
        }
    }

    private void message(TestMember who, int number, @Nullable Integer receiver, String body) {
        var _ =
                who.does(
                        "Session.message",
                        new RelayApi.SendMessage(
                                group,
                                session,
                                KEYGEN,
                                new RelayApi.Message(1, number, receiver, "m", Json.text(body))));
    }

    @Test
    void theAnswerComesBeforeWhatItCauses() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        group = alice.createGroup(2, 1);
        bob.joins(group, null);
        session = alice.createSession(group, SIGN);
        alice.signup(group, session, SIGN);
        TestParty.result(
                bob.begins("Session.signup", new RelayApi.OfSession(group, session, SIGN)));
        assertThat(bob.nextOfAll()).isEqualTo("Session.signup");
        bob.next(RelayApi.SessionSignup.class);
    }

    @Test
    void callsAreMadeInTheirOrderWhileTheGroupIsSearchedFor() {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        group = alice.createGroup(2, 1);
        CompletableFuture<JsonNode> join =
                bob.begins("Group.join", new RelayApi.JoinGroup(group, null));
        CompletableFuture<JsonNode> create =
                bob.begins("Session.create", new RelayApi.CreateSession(group, SIGN, null, null));
        assertThat(TestParty.result(join).path("uuid").asText()).isEqualTo(group);
        assertThat(TestParty.result(create).path("kind").asText()).isEqualTo(SIGN);
    }

    @Test
    void aGroupThatIsNowhereIsAnsweredAsByOneNode() {
        CircleException told =
                TestMember.refusal(
                        new TestMember(other, Cast.BOB)
                                .begins("Group.join", new RelayApi.JoinGroup(UNKNOWN, null)));
        assertThat(told.code()).isEqualTo(ErrorCode.RELAY_NOT_FOUND);
        assertThat(told).hasMessage("group " + UNKNOWN + " does not exist");
    }

    @Test
    void aNodeThatHasJustStartedDoesNotSayThatThereIsNoSuchGroup() {
        NodeLimits meeting =
                new NodeLimits(
                        1,
                        1_000,
                        1,
                        1,
                        1,
                        1,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        Duration.ofHours(1),
                        PAUSE);
        TestMember early = new TestMember(node("early", meeting), Cast.BOB);
        RelayApi.JoinGroup unknown = new RelayApi.JoinGroup(UNKNOWN, null);
        assertThat(TestMember.refusal(early.begins("Group.join", unknown)).code())
                .isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        early.joins(new TestMember(home, Cast.ALICE).createGroup(2, 1), null);
        buses.kill("home");
        buses.kill("other");
        assertThat(TestMember.refusal(early.begins("Group.join", unknown)).code())
                .isEqualTo(ErrorCode.STATE_UNAVAILABLE);
    }

    @Test
    void theHomeHasAWordInWhoIsAMember() {
        TestMember alice = new TestMember(home, Cast.ALICE);
        group = alice.createGroup(2, 1);
        TestMember mallory = new TestMember(other, Cast.MALLORY);
        assertThat(
                        TestMember.refusal(
                                        mallory.begins(
                                                "Group.join", new RelayApi.JoinGroup(group, null)))
                                .code())
                .isEqualTo(ErrorCode.FORBIDDEN);
    }

    @Test
    void whoReturnsByAnotherNodeGetsWhatItMissedOnceAndInOrder() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        bob.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        send(alice, 1, "one");
        send(alice, 1, "two");

        TestMember again = new TestMember(home, Cast.BOB);
        again.joins(group, 1L);
        assertGets(again, 2, "one");
        assertGets(again, 3, "two");
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
        again.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        send(alice, 1, "three");

        TestMember third = new TestMember(node("third", PATIENT), Cast.BOB);
        third.joins(group, 3L);
        assertGets(third, 4, "three");
        third.joins(group, null);
        assertThat(third.hasNothing()).isTrue();
    }

    @Test
    void moreGoesToAnotherNodeAsWhatWentThereArrives() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        String big = "x".repeat(4_096);
        int more = (int) (2 * PATIENT.window(Relays.LIMITS.window()) / big.length());
        for (int i = 0; i < more; i++) {
            send(alice, 1, big);
        }
        for (int i = 0; i < more; i++) {
            assertGets(bob, i + 2, big);
        }
    }

    @Test
    void soMuchIsOnTheWayToAnotherNodeAndTheRestFollows() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        List<TestMember> others = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            group = alice.createGroup(2, 1);
            groups.add(group);
            others.add(new TestMember(other, Cast.BOB));
            others.getLast().joins(group, null);
        }
        buses.hold();
        JsonNode big = Json.text("x".repeat(60_000));
        for (int i = 0; i < 4 * groups.size(); i++) {
            var _ =
                    alice.does(
                            "Session.create",
                            new RelayApi.CreateSession(groups.get(i / 4), KEYGEN, big, null));
        }
        var _ = alice.createGroup(2, 1);
        assertThat(buses.heldLength())
                .isBetween(NodeLimits.MOST_ON_THE_WAY, NodeLimits.MOST_ON_THE_WAY + (1 << 20));
        buses.release();
        for (TestMember each : others) {
            for (int i = 1; i <= 4; i++) {
                assertThat(each.next(RelayApi.SessionCreate.class).seq()).isEqualTo(i);
            }
        }
    }

    @Test
    void aNodeThatIsGoneHasLostItsConnections() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        begin(alice, new TestMember(other, Cast.BOB));
        buses.kill("other");
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        send(alice, 1, "one");
        TestMember again = new TestMember(node("third", PATIENT), Cast.BOB);
        again.joins(group, 1L);
        assertGets(again, 2, "one");
    }

    @Test
    void whenTheHomeIsGonePartiesAreToldThatTheirSessionsWereAborted() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        send(alice, 1, "one");
        assertGets(bob, 2, "one");
        buses.lose(says("asked"));
        CompletableFuture<JsonNode> underWay = begins(bob, 2, "never");

        buses.kill("home");

        RelayApi.SessionAborted told = bob.next(RelayApi.SessionAborted.class);
        assertThat(told.sessionId()).isEqualTo(session);
        assertThat(told.seq()).isEqualTo(2);
        assertThat(told.by()).isNull();
        CircleException unanswered = TestMember.refusal(underWay);
        assertThat(unanswered.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        buses.lose(_ -> false);
        RelayNodes third = node("third", PATIENT);
        assertThat(TestMember.refusal(begins(bob, 2, "late")).code())
                .isEqualTo(ErrorCode.RELAY_ABORTED);
        bob.joins(new TestMember(third, Cast.ALICE).createGroup(2, 1), null);
        assertThat(bob.hasNothing()).isTrue();
    }

    @Test
    void aSessionThatIsOverIsNotAborted() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        String first = session;
        session = bob.createSession(group, SIGN);
        var _ = alice.does("Session.finish", new RelayApi.FinishParty(group, first, 1));
        var _ = bob.does("Session.finish", new RelayApi.FinishParty(group, first, 2));
        bob.next(RelayApi.SessionClosed.class);
        buses.kill("home");
        assertThat(bob.next(RelayApi.SessionAborted.class).sessionId()).isEqualTo(session);
        bob.joins(new TestMember(node("third", PATIENT), Cast.ALICE).createGroup(2, 1), null);
        assertThat(bob.hasNothing()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"asked", "answered", "happened", "arrived"})
    void whateverIsLostIsMadeUpForOnce(String word) throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        buses.lose(says(word));
        CompletableFuture<JsonNode> told = begins(bob, 2, "lost");
        CompletableFuture<JsonNode> own = begins(alice, 1, "own");
        TestParty.result(own);
        buses.mend();
        TestParty.result(told);
        assertThat(bodies(alice, 1)).containsExactly("lost");
        assertThat(bodies(bob, 1)).containsExactly("own");
        TestParty.result(begins(bob, 2, "next"));
        assertThat(bodies(alice, 1)).containsExactly("next");
    }

    /// The bodies of so many messages that come, in which nothing but presence may be between.
    private static List<String> bodies(TestMember who, int many) throws InterruptedException {
        List<String> all = new ArrayList<>();
        while (all.size() < many) {
            if (who.nextOfAll() instanceof RelayApi.SessionMessage message) {
                all.add(TestMember.body(message));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"home", "other"})
    void oneNodeThatIsToldOfALossIsEnough(String told) throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        buses.gap(told, told.equals("home") ? "other" : "home");
        TestParty.result(begins(bob, 2, "b"));
        TestParty.result(begins(alice, 1, "a"));
        assertThat(bodies(alice, 1)).containsExactly("b");
        assertThat(bodies(bob, 1)).containsExactly("a");
    }

    /// Both send all the time while messages between the nodes are lost again and again.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverIsLostInAnyMomentNothingIsMissingAndNothingComesTwice(long seed)
            throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        Thread one = Thread.startVirtualThread(() -> sendMany(alice, 1));
        Thread two = Thread.startVirtualThread(() -> sendMany(bob, 2));
        Random random = new Random(seed);
        while (one.isAlive() || two.isAlive()) {
            buses.lose(_ -> random.nextInt(4) == 0);
            var _ = two.join(Duration.ofMillis(random.nextInt(5)));
            buses.mend();
            var _ = one.join(Duration.ofMillis(random.nextInt(20)));
        }
        List<String> expected = IntStream.range(0, MANY).mapToObj(Integer::toString).toList();
        assertThat(heard(alice)).isEqualTo(expected);
        assertThat(heard(bob)).isEqualTo(expected);
    }

    private void sendMany(TestMember who, int number) {
        for (int i = 0; i < MANY; i++) {
            TestParty.result(begins(who, number, Integer.toString(i)));
        }
    }

    /// All messages, where the numbers of events have no holes.
    private static List<String> heard(TestMember who) throws InterruptedException {
        List<String> all = new ArrayList<>();
        long seq = 1;
        while (all.size() < MANY) {
            Object next = who.nextOfAll();
            if (next instanceof RelayApi.Event event) {
                seq++;
                assertThat(event.seq()).isEqualTo(seq);
            }
            if (next instanceof RelayApi.SessionMessage message) {
                all.add(TestMember.body(message));
            }
        }
        return all;
    }

    @Test
    void aConnectionThatWasReplacedTakesNothingBackAfterALoss() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember old = new TestMember(other, Cast.BOB);
        begin(alice, old);
        TestMember newer = new TestMember(home, Cast.BOB);
        newer.joins(group, 1L);
        buses.gap("other", "home");
        fence(old);
        send(alice, 1, "one");
        assertGets(newer, 2, "one");
        fence(old);
        assertThat(old.hasNothing()).isTrue();
    }

    @Test
    void whatWasHandedOnBeforeALossIsKeptUntilTheClientHasIt() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember stalled = TestMember.deaf(other, Cast.BOB);
        begin(alice, stalled);
        send(alice, 1, "one");
        assertGets(stalled, 2, "one");
        buses.gap("other", "home");
        fence(stalled);
        stalled.leave();
        TestMember again = new TestMember(other, Cast.BOB);
        again.joins(group, 0L);
        assertThat(again.next(RelayApi.SessionSignup.class).seq()).isEqualTo(1);
        assertGets(again, 2, "one");
    }

    /// All that the home has told the node of a member before has come.
    private void fence(TestMember who) {
        var _ = who.does("Session.join", new RelayApi.OfSession(group, session, SIGN));
    }

    @Test
    void whoGotLessThanAnotherConnectionOfItsKeyTakesNothingBackAfterALoss()
            throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember old = new TestMember(other, Cast.BOB);
        begin(alice, old);
        TestMember newer = new TestMember(home, Cast.BOB);
        newer.joins(group, 1L);
        send(alice, 1, "one");
        assertGets(newer, 2, "one");
        newer.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        TestMember last = new TestMember(home, Cast.BOB);
        last.joins(group, 2L);
        last.leave();
        buses.gap("other", "home");
        fence(old);
        assertThat(old.hasNothing()).isTrue();
    }

    @Test
    void aHomeThatIsBusyWhenAConnectionComesBackIsNotGone() throws InterruptedException {
        RelayNodes small = node("small", SMALL);
        TestMember alice = new TestMember(small, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        buses.lose(says("asked"));
        TestMember second = new TestMember(other, Cast.BOB);
        CompletableFuture<JsonNode> first =
                second.begins("Session.join", new RelayApi.OfSession(group, session, SIGN));
        buses.mend();
        TestParty.result(first);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        second.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
        send(alice, 1, "one");
        assertGets(bob, 2, "one");
    }

    @Test
    void whoMayTakePartNoMoreIsToldSoAfterALoss() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        out.add(Cast.BOB.pair().publicKey());
        buses.gap("other", "home");
        RelayApi.SessionAborted told = bob.next(RelayApi.SessionAborted.class);
        assertThat(told.sessionId()).isEqualTo(session);
        assertThat(told.seq()).isEqualTo(1);
    }

    @Test
    void aNodeThatWasOnlyCutOffIsAsGoodAsNew() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        all.get(1).close();
        RelayNodes back = rooms.get(1).nodes(buses.bus("other"), this::isMember, PATIENT);
        all.set(1, back);
        TestMember again = new TestMember(back, Cast.BOB);
        again.joins(group, 1L);
        send(again, 2, "again");
        assertThat(bodies(alice, 1)).containsExactly("again");
    }

    /// A member learns that the home is gone, which it is not.
    private RelayApi.SessionAborted cutOff(TestMember who) {
        CompletableFuture<RelayApi.SessionAborted> told = new CompletableFuture<>();
        buses.cutOff(
                "other",
                "home",
                () -> {
                    try {
                        told.complete(who.next(RelayApi.SessionAborted.class));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        return told.join();
    }

    @Test
    void whatIsToldOfAHomeThatWasCutOffTakesNoNumber() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        RelayApi.SessionAborted told = cutOff(bob);
        bob.joins(group, told.seq());
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
        send(alice, 1, "one");
        assertGets(bob, 2, "one");
    }

    @Test
    void nothingIsSkippedThatHappenedWhileTheHomeWasCutOff() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        RelayApi.SessionAborted told = cutOff(bob);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        send(alice, 1, "one");
        send(alice, 1, "two");
        bob.joins(group, told.seq());
        assertGets(bob, 2, "one");
        assertGets(bob, 3, "two");
    }

    @Test
    void aHomeThatWasOnlyCutOffIsJoinedAgainBeforeAnythingElse() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        cutOff(bob);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        assertThat(TestMember.refusal(begins(bob, 2, "late")).code())
                .isEqualTo(ErrorCode.RELAY_ABORTED);
        bob.joins(group, null);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
        assertThat(bob.signup(group, session, SIGN)).isEqualTo(2);
        send(alice, 1, "again");
        assertThat(bodies(bob, 1)).containsExactly("again");
    }

    @Test
    void aNodeThatSaysNothingIsNotWaitedForLong() {
        TestMember hasty = new TestMember(node("hasty", HASTY), Cast.BOB);
        TestMember alice = new TestMember(home, Cast.ALICE);
        group = alice.createGroup(2, 1);
        buses.lose(says("found"));
        CircleException unfound =
                TestMember.refusal(hasty.begins("Group.join", new RelayApi.JoinGroup(group, null)));
        assertThat(unfound.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        assertThat(unfound.code().retryable()).isTrue();
        buses.lose(_ -> false);
        hasty.joins(group, null);
        buses.lose(says("answered"));
        assertThat(
                        TestMember.refusal(
                                        hasty.begins(
                                                "Group.join", new RelayApi.JoinGroup(group, null)))
                                .code())
                .isEqualTo(ErrorCode.STATE_UNAVAILABLE);
    }

    private static boolean isRetryable(CircleException told) {
        return Objects.requireNonNull(told.error().data()).path("retryable").asBoolean();
    }

    @Test
    void aCallThatWasToldAsFailedIsNotCarriedOutLater() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(node("quick", QUICK), Cast.BOB);
        begin(alice, bob);
        buses.hold();
        CircleException told = TestMember.refusal(begins(bob, 2, "late"));
        assertThat(told.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        assertThat(isRetryable(told)).isFalse();
        buses.release();
        fence(bob);
        send(bob, 2, "in time");
        assertThat(bodies(alice, 1)).containsExactly("in time");
    }

    @Test
    void aCallThatChangesNothingTwiceCanBeMadeAgain() {
        TestMember alice = new TestMember(home, Cast.ALICE);
        group = alice.createGroup(2, 1);
        TestMember bob = new TestMember(node("quick", QUICK), Cast.BOB);
        bob.joins(group, null);
        buses.hold();
        CircleException told =
                TestMember.refusal(bob.begins("Group.join", new RelayApi.JoinGroup(group, null)));
        assertThat(isRetryable(told)).isTrue();
    }

    @Test
    void whatIsUnderWayIsBounded() {
        TestMember hasty = new TestMember(node("hasty", HASTY), Cast.BOB);
        TestMember alice = new TestMember(home, Cast.ALICE);
        group = alice.createGroup(2, 1);
        hasty.joins(group, null);
        buses.lose(says("asked"));
        RelayApi.CreateSession big =
                new RelayApi.CreateSession(group, SIGN, Json.text("x".repeat(1_500)), null);
        var first = hasty.begins("Session.create", big);
        var second = hasty.begins("Session.create", big);
        var third = hasty.begins("Group.join", new RelayApi.JoinGroup(group, null));
        var fourth = hasty.begins("Group.join", new RelayApi.JoinGroup(group, null));
        assertThat(TestMember.refusal(second).code()).isEqualTo(ErrorCode.BUSY);
        assertThat(TestMember.refusal(fourth).code()).isEqualTo(ErrorCode.BUSY);
        assertThat(TestMember.refusal(first).code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        assertThat(TestMember.refusal(third).code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        String elsewhere = new TestMember(other, Cast.ALICE).createGroup(2, 1);
        buses.lose(_ -> false);
        assertThat(
                        TestMember.refusal(
                                        hasty.begins(
                                                "Group.join",
                                                new RelayApi.JoinGroup(elsewhere, null)))
                                .code())
                .isEqualTo(ErrorCode.RELAY_FULL);
    }

    @Test
    void whoLeavesIsAnsweredAndNothingIsLeftOfIt() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        begin(alice, bob);
        buses.lose(says("answered"));
        CompletableFuture<JsonNode> underWay = begins(bob, 2, "last");
        assertThat(bodies(alice, 1)).containsExactly("last");
        bob.leave();
        assertThat(TestMember.refusal(underWay).code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        buses.mend();
        TestMember again = new TestMember(other, Cast.BOB);
        again.joins(group, 1L);
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
    }

    @Test
    void allNodesSeeWhatHappensInOneOrder() throws InterruptedException {
        TestMember alice = new TestMember(home, Cast.ALICE);
        TestMember bob = new TestMember(other, Cast.BOB);
        TestMember carol = new TestMember(other, Cast.CIRCLE);
        group = alice.createGroup(3, 2);
        bob.joins(group, null);
        carol.joins(group, null);
        session = alice.createSession(group, SIGN);
        for (TestMember each : List.of(alice, bob, carol)) {
            each.signup(group, session, SIGN);
        }
        Thread one = Thread.startVirtualThread(() -> sendMany(alice, 1));
        Thread two = Thread.startVirtualThread(() -> sendMany(bob, 2));
        one.join();
        two.join();
        List<String> third = bodies(carol, 2 * MANY);
        assertThat(third).hasSize(2 * MANY);
        assertThat(Set.copyOf(third)).hasSize(MANY);
        List<String> expected = IntStream.range(0, MANY).mapToObj(Integer::toString).toList();
        assertThat(bodies(alice, MANY)).isEqualTo(expected);
        assertThat(bodies(bob, MANY)).isEqualTo(expected);
    }
}
