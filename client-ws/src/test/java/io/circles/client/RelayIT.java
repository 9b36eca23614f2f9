package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.protocol.RpcMessage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The relay's client against a relay that does what the test says.
@Timeout(30)
class RelayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SOON = Duration.ofMillis(50);

    private final List<String> others = new CopyOnWriteArrayList<>();
    private FakeCircle fake;
    private FakeRelay relay;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
        relay = new FakeRelay(fake);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private CircleClient connect() throws InterruptedException {
        return CircleClient.builder(fake.uri())
                .onEvent(event -> others.add(event.method()))
                .neverReconnect()
                .connect();
    }

    private static RelaySession session(CircleClient circle) throws InterruptedException {
        RelaySession session = circle.relay().create("label", 3, 1).create(RelayApi.KEYGEN);
        session.signUp(PATIENCE);
        return session;
    }

    private static List<String> texts(Map<Integer, JsonNode> bodies) {
        return bodies.values().stream().map(JsonNode::asText).toList();
    }

    @Test
    void aPartySignsUpAndLearnsWhoTheOthersAre() throws Exception {
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().create("label", 3, 1);
            RelaySession session = group.create(RelayApi.KEYGEN, Map.of("a", 1), List.of());

            assertThat(session.parties()).isEmpty();
            assertThatThrownBy(session::number).isInstanceOf(IllegalStateException.class);
            assertThat(session.signUp(PATIENCE)).isEqualTo(1);
            assertThat(session.parties()).containsExactly(1, 2, 3);
            assertThat(List.of(group.id(), group.label(), group.parties(), group.threshold()))
                    .containsExactly(FakeRelay.GROUP, "label", 3, 1);
            assertThat(fake.params("Group.create"))
                    .containsExactly(
                            FakeCircle.parsed(
                                    """
                                    {"label":"label","parameters":{"parties":3,"threshold":1}}
                                    """));
            assertThat(fake.params("Session.create").getFirst().path("value"))
                    .isEqualTo(Json.object().put("a", 1));
        }
    }

    @Test
    void aRoundSendsMineAndWaitsForAllOthersWhenEverTheyCome() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            relay.message(2, 3, null, "early");
            relay.message(1, 3, null, "three");
            relay.then("Session.message", () -> relay.message(1, 2, null, "two"));

            RoundMessages one = session.round(1).broadcast(Map.of("mine", 1)).collect(PATIENCE);
            assertThat(texts(one.broadcasts())).containsExactly("two", "three");
            assertThat(one.direct()).isEmpty();

            relay.then("Session.message", () -> relay.message(2, 2, null, "two"));
            RoundMessages two = session.round(2).broadcast("mine").collect(PATIENCE);
            assertThat(texts(two.broadcasts())).containsExactly("two", "early");
        }
        RelayApi.SendMessage sent = Results.of("", fake.params("Session.message").getFirst(), SEND);
        assertThat(sent.kind()).isEqualTo(RelayApi.KEYGEN);
        assertThat(sent.message().round()).isEqualTo(1);
        assertThat(sent.message().sender()).isEqualTo(1);
        assertThat(sent.message().receiver()).isNull();
        assertThat(sent.message().body()).isEqualTo(Json.object().put("mine", 1));
    }

    private static final Class<RelayApi.SendMessage> SEND = RelayApi.SendMessage.class;

    @Test
    void whoSendsToSinglePartiesWaitsForWhatIsForItAlone() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            relay.message(1, 2, null, "to all");
            relay.message(1, 2, 1, "two");
            relay.message(1, 3, 1, "three");

            RoundMessages got = session.round(1).to(2, "a").to(3, "b").collect(PATIENCE);
            assertThat(texts(got.direct())).containsExactly("two", "three");
            assertThat(got.broadcasts()).isEmpty();

            assertThat(session.receive(PATIENCE))
                    .isEqualTo(new RelayMessage(1, 2, false, Json.text("to all")));
            assertThat(fake.params("Session.message"))
                    .extracting(params -> params.at("/message/receiver").asInt())
                    .containsExactly(2, 3);
        }
    }

    @Test
    void aRoundWaitsForBothKindsWhenItSentBoth() throws Exception {
        try (CircleClient circle = connect()) {
            Round round = session(circle).round(1).broadcast("x").to(2, "a").to(3, "b");
            relay.message(1, 2, null, "to all");
            relay.message(1, 3, null, "to all");
            relay.message(1, 2, 1, "two");

            var late = catchThrowableOfType(RelayTimeoutException.class, () -> round.collect(SOON));
            assertThat(late.missing()).containsExactly(3);
            relay.message(1, 3, 1, "three");
            RoundMessages got = round.collect(PATIENCE);
            assertThat(texts(got.direct())).containsExactly("two", "three");
            assertThat(got.broadcasts()).hasSize(2);
            assertThat(fake.params("Session.message")).hasSize(3);
        }
    }

    @Test
    void aMessageThatCannotBeIsRefusedBeforeItIsSent() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            Round round = session.round(1).broadcast("x");
            assertThatThrownBy(() -> round.broadcast("y"))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> round.to(0, "y")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> session.round(65_536))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void thoseWhoWaitInAnAbortedSessionLearnWhy() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            relay.then("Session.message", () -> relay.event(RelayIT::failed));

            var end =
                    catchThrowableOfType(
                            RelaySessionEndedException.class,
                            () -> session.round(1).broadcast("x").collect(PATIENCE));
            assertThat(end.missing()).containsExactly(3);
            assertThat(end.reason()).isEqualTo("a party was lost");
            assertThat(catchThrowableOfType(RelaySessionEndedException.class, session::finish))
                    .isNotNull();
            assertThat(fake.params("Session.finish")).isEmpty();
        }
    }

    @Test
    void anAbortMayHaveTheNumberOfTheLastEventAndNothingIsSkippedAfterIt() throws Exception {
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().create("label", 3, 1);
            RelaySession session = group.create(RelayApi.KEYGEN);
            session.signUp(PATIENCE);
            long last = group.after();
            relay.send(FakeRelay.message(last, 1, 2, null, "again").notification());
            relay.send(failed(last).notification());

            var end =
                    catchThrowableOfType(
                            RelaySessionEndedException.class, () -> session.receive(PATIENCE));
            assertThat(end.reason()).isEqualTo("a party was lost");
            assertThat(group.after()).isEqualTo(last);
            relay.event(n -> new RelayApi.SessionClosed(FakeRelay.GROUP, "s", n, List.of()));
            await().until(() -> group.after() == last + 1);
        }
    }

    private static RelayApi.Event failed(long seq) {
        return new RelayApi.SessionAborted(
                FakeRelay.GROUP,
                FakeRelay.SESSION,
                seq,
                "a party was lost",
                null,
                List.of(),
                List.of(3));
    }

    @Test
    void aPartyFinishesMapsItselfAndAborts() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            session.participant(7);
            session.abort("cheated", List.of(2));
            relay.then(
                    "Session.finish",
                    () ->
                            relay.event(
                                    n ->
                                            new RelayApi.SessionClosed(
                                                    FakeRelay.GROUP,
                                                    FakeRelay.SESSION,
                                                    n,
                                                    FakeRelay.PARTIES)));
            session.finish();
            session.awaitClosed(PATIENCE);
        }
        assertThat(fake.params("Session.participant").getFirst().path("index").asInt())
                .isEqualTo(7);
        assertThat(fake.params("Session.finish").getFirst().path("number").asInt()).isEqualTo(1);
        assertThat(fake.params("Session.abort").getFirst().path("accused"))
                .isEqualTo(Json.array().add(2));
    }

    @Test
    void aSavedShareTakesItsSeat() throws Exception {
        relay.then(
                "Session.load",
                () ->
                        relay.event(
                                n ->
                                        new RelayApi.SessionLoad(
                                                FakeRelay.GROUP,
                                                FakeRelay.SESSION,
                                                n,
                                                List.of(1, 3))));
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().join(FakeRelay.GROUP);
            RelaySession session = group.join(FakeRelay.SESSION, RelayApi.SIGN);
            session.load(1, PATIENCE);

            assertThat(session.number()).isEqualTo(1);
            assertThat(session.parties()).containsExactly(1, 3);
        }
    }

    @Test
    void anAnnouncedSessionIsFoundHoweverSoonItWasAnnounced() throws Exception {
        relay.then(
                "Group.join",
                () ->
                        relay.event(
                                n ->
                                        new RelayApi.SessionCreate(
                                                FakeRelay.GROUP,
                                                FakeRelay.SESSION,
                                                n,
                                                new RelayApi.Session(
                                                        RelayApi.KEYGEN,
                                                        FakeRelay.SESSION,
                                                        NullNode.instance,
                                                        null))));
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().join(FakeRelay.GROUP);
            assertThat(group.awaitSession(PATIENCE).id()).isEqualTo(FakeRelay.SESSION);
            assertThatThrownBy(() -> group.awaitSession(SOON))
                    .isInstanceOf(RelayTimeoutException.class);
        }
    }

    @Test
    void aPartyThatComesBackGoesOnWhereItWas() throws Exception {
        RelaySession session;
        RelayGroup group;
        Round round;
        try (CircleClient circle = connect()) {
            group = circle.relay().create("label", 3, 1);
            session = group.create(RelayApi.KEYGEN);
            session.signUp(PATIENCE);
            relay.message(1, 2, null, "two");
            round = session.round(1).broadcast("mine").to(2, "a").to(3, "b");
            relay.cutAt("Session.message");

            assertThatThrownBy(() -> round.collect(PATIENCE))
                    .isInstanceOf(ConnectionLostException.class);
            assertThatThrownBy(() -> session.awaitClosed(PATIENCE))
                    .isInstanceOf(ConnectionLostException.class);
        }
        relay.agree("Session.message");
        relay.then("Group.join", this::sendAgain);
        try (CircleClient circle = connect()) {
            circle.relay().rejoin(group);

            RoundMessages got = round.collect(PATIENCE);
            assertThat(texts(got.broadcasts())).containsExactly("two", "three");
            assertThat(texts(got.direct())).containsExactly("2", "3");
        }
        assertThat(fake.params("Group.join").getFirst().path("after").asLong()).isEqualTo(2);
        assertThat(fake.params("Session.message"))
                .extracting(params -> params.at("/message/uuid").asText())
                .hasSize(4)
                .satisfies(uuids -> assertThat(uuids.get(0)).isEqualTo(uuids.get(1)))
                .satisfies(uuids -> assertThat(new HashSet<>(uuids)).hasSize(3));
    }

    /// What has come before, and what has not.
    private void sendAgain() {
        relay.send(FakeRelay.message(2, 1, 2, null, "another two").notification());
        relay.message(1, 3, null, "three");
        relay.message(1, 2, 1, "2");
        relay.message(1, 3, 1, "3");
    }

    @Test
    void aNewProcessComesBackWithANumber() throws Exception {
        relay.then(
                "Group.join",
                () -> relay.send(FakeRelay.message(8, 1, 2, null, "two").notification()));
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().join(FakeRelay.GROUP, 7);
            RelaySession session = group.join(FakeRelay.SESSION, RelayApi.KEYGEN);

            assertThat(session.receive(PATIENCE).body().asText()).isEqualTo("two");
            assertThat(group.after()).isEqualTo(8);
            assertThat(fake.params("Group.join").getFirst().path("after").asLong()).isEqualTo(7);
        }
    }

    @Test
    void whenTheLogInHasExpiredThoseWhoWaitLearnIt() throws Exception {
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().create("label", 3, 1);
            RelaySession session = group.create(RelayApi.KEYGEN);
            session.signUp(PATIENCE);
            relay.then(
                    "Session.message",
                    () -> relay.send(new CircleApi.SessionExpired("02", 1).notification()));

            Round round = session.round(1).broadcast("x");
            var expired =
                    catchThrowableOfType(CircleException.class, () -> round.collect(PATIENCE));
            assertThat(expired.code()).isEqualTo(ErrorCode.SESSION_EXPIRED);
            await().until(() -> others.contains("session_expired"));

            circle.relay().rejoin(group);
            assertThatThrownBy(() -> round.collect(SOON)).isInstanceOf(RelayTimeoutException.class);
        }
    }

    @Test
    void eventsThatNobodyHereAskedForAreTheApplications() throws Exception {
        try (CircleClient circle = connect()) {
            RelayGroup group = circle.relay().create("label", 3, 1);
            relay.send(
                    new RelayApi.SessionClosed("another", "s", 1, FakeRelay.PARTIES)
                            .notification());
            relay.send(new RpcMessage.Notification("news", Json.object()));
            await().until(() -> others.equals(List.of("sessionClosed", "news")));

            relay.event(n -> new RelayApi.SessionClosed(FakeRelay.GROUP, "s", n, List.of()));
            await().until(() -> group.after() == 1);
            group.forget();
            relay.event(n -> new RelayApi.SessionClosed(FakeRelay.GROUP, "s", n, List.of()));
            await().until(() -> others.size() == 3);
            assertThat(group.after()).isEqualTo(1);
        }
    }

    @Test
    void anEventThatIsNotAsItShouldBeHarmsNobody() throws Exception {
        try (CircleClient circle = connect()) {
            RelaySession session = session(circle);
            JsonNode spoilt = Json.object().put("group_id", FakeRelay.GROUP).put("seq", "x");
            relay.send(new RpcMessage.Notification("sessionMessage", spoilt));
            relay.message(1, 2, null, "two");

            assertThat(session.receive(PATIENCE).sender()).isEqualTo(2);
            assertThat(others).isEmpty();
        }
    }

    @Test
    void whatTheCircleRefusesIsItsAnswer() throws Exception {
        fake.fail("Session.signup", ErrorCode.RELAY_FULL);
        fake.fail("Group.join", ErrorCode.RELAY_NOT_FOUND);
        try (CircleClient circle = connect()) {
            RelaySession session = circle.relay().create("label", 3, 1).create(RelayApi.KEYGEN);
            var full = catchThrowableOfType(CircleException.class, () -> session.signUp(PATIENCE));
            assertThat(full.code()).isEqualTo(ErrorCode.RELAY_FULL);
            var none =
                    catchThrowableOfType(
                            CircleException.class, () -> circle.relay().join(FakeRelay.GROUP));
            assertThat(none.code()).isEqualTo(ErrorCode.RELAY_NOT_FOUND);
        }
    }
}
