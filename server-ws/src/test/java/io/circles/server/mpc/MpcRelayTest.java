package io.circles.server.mpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.server.transcript.Cast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the relay keeps and whom it tells, without sockets: drops and returns, restarts, and files
/// that cannot be written.
class MpcRelayTest {
    private static final Client ALICE = Client.key(Cast.ALICE.pair().publicKey());
    private static final Client BOB = Client.key(Cast.BOB.pair().publicKey());
    private static final Client SECRET = Client.secret("s".repeat(32), "1");
    private static final Client SAME = Client.secret("s".repeat(32), "2");
    private static final long WINDOW = 10_000;
    private static final long MESSAGE = 5_000;
    private static final RelayLimits LIMITS =
            new RelayLimits(
                    10,
                    10,
                    10,
                    10,
                    MESSAGE,
                    1_000,
                    1 << 20,
                    256 << 20,
                    WINDOW,
                    1_000,
                    Duration.ofMillis(100),
                    Duration.ofHours(1),
                    Duration.ofHours(2));

    private static final int MANY = 50;

    @TempDir private Path folder;
    private RelayRoom room;
    private String group = "";
    private String session = "";

    @BeforeEach
    void open() {
        room = new RelayRoom(folder, LIMITS);
    }

    @AfterEach
    void close() {
        room.close();
    }

    /// Two parties sign; both have been told so.
    private void begin(TestParty first, TestParty second) throws InterruptedException {
        group = first.does(first.party.createGroup("x", new RelayApi.Parameters(2, 1)));
        second.does(second.party.joinGroup(group, null));
        session = first.does(first.party.createSession(group, SessionKind.SIGN, null, null)).uuid();
        assertThat(signup(first)).isEqualTo(1);
        assertThat(signup(second)).isEqualTo(2);
        first.next(RelayApi.SessionSignup.class);
        second.next(RelayApi.SessionSignup.class);
    }

    private int signup(TestParty who) {
        return who.does(who.party.signup(group, session, SessionKind.SIGN));
    }

    private void send(TestParty who, int number, String body) {
        who.does(message(who, number, body));
    }

    private Turn<RelayApi.Acknowledged> message(TestParty who, int number, String body) {
        return who.party.message(
                group,
                session,
                SessionKind.SIGN,
                new RelayApi.Message(1, number, null, "m", Json.text(body)));
    }

    private static void assertGets(TestParty who, long seq, String body)
            throws InterruptedException {
        RelayApi.SessionMessage event = who.next(RelayApi.SessionMessage.class);
        assertThat(event.seq()).isEqualTo(seq);
        assertThat(Json.write(event.message().body())).isEqualTo("\"" + body + "\"");
    }

    private TestParty back(Client client, @Nullable Long after) {
        TestParty again = room.enter(client);
        again.does(again.party.joinGroup(group, after));
        return again;
    }

    @Test
    void whoComesBackGetsWhatItMissedOnceAndInOrder() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        bob.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        send(alice, 1, "one");
        send(alice, 1, "two");

        TestParty again = back(BOB, 1L);

        assertGets(again, 2, "one");
        assertGets(again, 3, "two");
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isTrue();
        assertThat(again.hasNothing()).isTrue();
        assertThat(signup(again)).isEqualTo(2);
    }

    @Test
    void whatIsNotKnownToHaveArrivedIsSentAgain() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enterDeaf(BOB);
        begin(alice, bob);
        send(alice, 1, "one");
        assertGets(bob, 2, "one");
        bob.leave();

        TestParty again = back(BOB, null);

        assertThat(again.next(RelayApi.SessionSignup.class).seq()).isEqualTo(1);
        assertGets(again, 2, "one");
    }

    @Test
    void whoHasMissedMoreThanAConnectionHoldsGetsItOneWindowAfterTheOther()
            throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enterDeaf(BOB);
        begin(alice, bob);
        bob.leave();
        int many = (int) (2 * WINDOW / Journal.OVERHEAD);
        for (int i = 0; i < many; i++) {
            send(alice, 1, "x");
        }

        TestParty deaf = room.enterDeaf(BOB);
        deaf.does(deaf.party.joinGroup(group, 1L));
        assertThat(deaf.hasNothing()).isFalse();
        assertThat(deaf.count()).isLessThan(many / 2 + 2);
        deaf.leave();
        TestParty again = back(BOB, null);
        for (long seq = 2; seq < many + 2; seq++) {
            assertGets(again, seq, "x");
        }
    }

    @Test
    void whatAPongHasConfirmedIsNotSentAgain() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        send(alice, 1, "one");
        assertGets(bob, 2, "one");
        await().until(() -> isForgotten(BOB, 1));
        bob.leave();
        send(alice, 1, "two");

        assertGets(back(BOB, null), 3, "two");
    }

    /// Whether an event is kept no longer for a member.
    private boolean isForgotten(Client client, long seq) {
        TestParty other = room.enter(client);
        try {
            other.does(other.party.joinGroup(group, seq - 1));
            return false;
        } catch (CircleException e) {
            return e.code() == ErrorCode.RELAY_BAD_PARAMETERS;
        } finally {
            other.leave();
        }
    }

    @Test
    void theNewestConnectionThatJoinedGetsTheEventsAndTheOthersEndIsNoDrop()
            throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        TestParty again = back(BOB, 1L);
        bob.leave();
        send(alice, 1, "one");
        assertGets(again, 2, "one");
        assertThat(alice.hasNothing()).isTrue();
    }

    @Test
    void aSecretBringsBackItsClientWithoutAskingAndDisplacesTheFirst() throws InterruptedException {
        TestParty other = room.enter(Client.connection("id-9", "9"));
        TestParty first = room.enterDeaf(SECRET);
        begin(other, first);
        TestParty second = room.enter(SAME);
        first.awaitDisplaced();
        assertThat(second.next(RelayApi.SessionSignup.class).seq()).isEqualTo(1);
        first.leave();
        send(other, 1, "one");
        assertGets(second, 2, "one");
        assertThat(signup(second)).isEqualTo(2);
    }

    @Test
    void whoDoesNotComeBackInTimeEndsWhatHasBegun() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        bob.leave();
        assertThat(alice.next(RelayApi.PartyPresence.class).present()).isFalse();
        room.clock.pass(LIMITS.grace());
        assertThat(alice.next(RelayApi.SessionAborted.class).missing()).containsExactly(2);
        TestParty again = back(BOB, 0L);
        assertThatThrownBy(() -> signup(again))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.RELAY_ABORTED));
    }

    @Test
    void aRestartLosesNothing() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        begin(alice, room.enterDeaf(BOB));
        room.relay.stop();
        send(alice, 1, "one");
        room.close();
        open();

        TestParty bob = back(BOB, 1L);
        TestParty again = back(ALICE, 1L);
        assertGets(bob, 2, "one");
        assertThat(bob.next(RelayApi.PartyPresence.class).present()).isTrue();
        assertThat(signup(again)).isEqualTo(1);
        send(again, 1, "two");
        assertGets(bob, 4, "two");
    }

    /// As a process does that is killed: its files are as they are.
    @Test
    void akilledServerHasLostNothingThatWasAnswered(@TempDir Path copy)
            throws InterruptedException, IOException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enterDeaf(BOB);
        begin(alice, bob);
        send(alice, 1, "one");
        bob.does(bob.party.finish(group, session, 2));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(folder.relativize(file).toString()));
            }
        }
        room.close();
        room = new RelayRoom(copy, LIMITS);

        TestParty again = back(BOB, 1L);
        assertGets(again, 2, "one");
        TestParty first = back(ALICE, null);
        first.does(first.party.finish(group, session, 1));
        assertThat(again.next(RelayApi.PartyPresence.class).present()).isTrue();
        assertThat(again.next(RelayApi.SessionClosed.class).parties()).containsExactly(1, 2);
    }

    @Test
    void afterARestartWhoCannotReturnIsLostAndWhoDoesNotReturnToo() throws InterruptedException {
        TestParty plain = room.enter(Client.connection("id-1", "1"));
        TestParty secret = room.enterDeaf(SECRET);
        begin(plain, secret);
        room.relay.stop();
        room.close();
        open();
        TestParty again = room.enter(SAME);
        again.next(RelayApi.SessionSignup.class);
        assertThat(again.next(RelayApi.SessionAborted.class).missing()).containsExactly(1);
        again.leave();
        room.clock.pass(LIMITS.grace());
        await().until(() -> room.relay.members() == 0);
        room.clock.pass(LIMITS.idle());
        await().until(() -> room.relay.groups() == 0);
    }

    @Test
    void whatCannotBeKeptIsNotDoneAndNotTold() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        room.breakFile();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> send(alice, 1, "one")).isInstanceOf(RuntimeException.class);
        }
        assertThat(bob.hasNoEvent()).isTrue();
    }

    @Test
    void whatHasSeenAStepThatWasLostIsLostWithItAndWhatComesAfterIsNot()
            throws InterruptedException, SQLException {
        TestParty alice = room.enter(ALICE);
        group = alice.does(alice.party.createGroup("x", new RelayApi.Parameters(2, 1)));
        session = alice.does(alice.party.createSession(group, SessionKind.SIGN, null, null)).uuid();
        CountDownLatch writes = room.holdWrites();
        var lost = alice.begins(alice.party.signup(group, session, SessionKind.SIGN));
        var again = alice.begins(alice.party.signup(group, session, SessionKind.SIGN));
        room.loseOneWrite();
        writes.countDown();

        assertThatThrownBy(() -> TestParty.result(lost)).isInstanceOf(CircleException.class);
        assertThatThrownBy(() -> TestParty.result(again)).isInstanceOf(CircleException.class);
        TestParty bob = room.enter(BOB);
        bob.does(bob.party.joinGroup(group, null));
        assertThat(signup(bob)).isEqualTo(1);
        assertThat(signup(alice)).isEqualTo(2);
        assertThat(alice.next(RelayApi.SessionSignup.class).parties()).containsExactly(1, 2);
        assertThat(bob.next(RelayApi.SessionSignup.class).parties()).containsExactly(1, 2);
    }

    @Test
    void whoseJoinWasLostGetsNothingUntilItHasJoined() throws InterruptedException, SQLException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enterDeaf(BOB);
        begin(alice, bob);
        bob.leave();
        alice.next(RelayApi.PartyPresence.class);
        TestParty again = room.enterDeaf(BOB);
        CountDownLatch writes = room.holdWrites();
        var first = alice.begins(message(alice, 1, "lost"));
        var join = again.begins(again.party.joinGroup(group, 1L));
        room.loseOneWrite();
        writes.countDown();
        assertThatThrownBy(() -> TestParty.result(first)).isInstanceOf(CircleException.class);
        assertThatThrownBy(() -> TestParty.result(join)).isInstanceOf(CircleException.class);

        send(alice, 1, "kept");
        assertThat(again.hasNothing()).isTrue();
        again.does(again.party.joinGroup(group, null));
        again.next(RelayApi.SessionSignup.class);
        assertGets(again, 2, "kept");
    }

    @Test
    void whoseJoinIsBeingWrittenGetsItsEventsThoughTheStateIsReadAgain()
            throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enterDeaf(BOB);
        begin(alice, bob);
        bob.leave();
        alice.next(RelayApi.PartyPresence.class);
        TestParty again = room.enterDeaf(BOB);
        CountDownLatch writes = room.holdWrites();
        var join = again.begins(again.party.joinGroup(group, 1L));
        Turn<Object> broken =
                room.relay.turn(
                        alice.party,
                        (state, now) -> {
                            throw new IllegalStateException("a turn that fails");
                        });
        Thread reads =
                Thread.startVirtualThread(
                        () -> {
                            var _ = alice.begins(broken);
                        });
        await().until(() -> reads.getState() == Thread.State.WAITING);
        writes.countDown();
        TestParty.result(join);

        send(alice, 1, "one");
        assertGets(again, 2, "one");
    }

    @Test
    void aClientHasSoManyCallsInAMinute() {
        TestParty alice = room.enter(ALICE);
        for (int i = 0; i < LIMITS.callsPerMinute(); i++) {
            assertThat(alice.hasNothing()).isTrue();
        }
        assertThatThrownBy(
                        () ->
                                alice.does(
                                        alice.party.createGroup(
                                                "x", new RelayApi.Parameters(2, 1))))
                .hasMessage("Busy: too many calls of this client");
        room.clock.pass(Duration.ofMinutes(1));
        assertThat(alice.hasNothing()).isTrue();
    }

    @Test
    void aMessageHasSoManyBytes() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        begin(alice, bob);
        String most = "x".repeat((int) MESSAGE - 2);
        assertThatThrownBy(() -> send(alice, 1, most + "x"))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.RELAY_BAD_PARAMETERS));
        send(alice, 1, most);
        assertGets(bob, 2, most);
    }

    @Test
    void allSeeWhatHappensInOneOrder() throws InterruptedException {
        TestParty alice = room.enter(ALICE);
        TestParty bob = room.enter(BOB);
        TestParty third = room.enter(Client.key(Cast.MALLORY.pair().publicKey()));
        TestParty fourth = room.enter(Client.key(Cast.CIRCLE.pair().publicKey()));
        List<TestParty> all = List.of(alice, bob, third, fourth);
        group = alice.does(alice.party.createGroup("x", new RelayApi.Parameters(4, 3)));
        all.forEach(each -> each.does(each.party.joinGroup(group, null)));
        session = alice.does(alice.party.createSession(group, SessionKind.SIGN, null, null)).uuid();
        all.forEach(this::signup);
        for (TestParty each : all) {
            each.next(RelayApi.SessionSignup.class);
        }
        Thread one = Thread.startVirtualThread(() -> sendMany(alice, 1));
        Thread two = Thread.startVirtualThread(() -> sendMany(bob, 2));
        one.join();
        two.join();
        assertThat(messages(third))
                .isEqualTo(messages(fourth))
                .filteredOn(each -> each.startsWith("1 "))
                .isEqualTo(IntStream.range(0, MANY).mapToObj(i -> "1 \"" + i + "\"").toList());
    }

    private void sendMany(TestParty who, int number) {
        for (int i = 0; i < MANY; i++) {
            send(who, number, Integer.toString(i));
        }
    }

    /// What both have sent, each with its sender.
    private static List<String> messages(TestParty who) throws InterruptedException {
        List<String> came = new ArrayList<>();
        for (int i = 0; i < 2 * MANY; i++) {
            RelayApi.Message next = who.next(RelayApi.SessionMessage.class).message();
            came.add(next.sender() + " " + Json.write(next.body()));
        }
        return came;
    }
}
