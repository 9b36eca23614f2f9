package io.circles.server.mpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.RelayApi;
import io.circles.server.mpc.Posted.Waiting;
import io.circles.server.transcript.Cast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of the relay, without a thread or a file.
class RelayStateTest {
    private static final Client ALICE = Client.key(Cast.ALICE.pair().publicKey());
    private static final Client BOB = Client.key(Cast.BOB.pair().publicKey());
    private static final Client MALLORY = Client.key(Cast.MALLORY.pair().publicKey());
    private static final Client OLD = Client.connection("id-7", "7");
    private static final String NOWHERE = "00000000-0000-4000-8000-000000000000";
    private static final long STORE = 60_000;
    private static final RelayLimits LIMITS =
            new RelayLimits(
                    3,
                    2,
                    6,
                    5,
                    1 << 20,
                    100,
                    2_000,
                    STORE,
                    STORE,
                    1_000,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofHours(24));

    private final RelayState state = new RelayState(LIMITS, ids(), new Journal(0, 0, 0));
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    private static Supplier<String> ids() {
        var numbers = IntStream.iterate(1, n -> n + 1).iterator();
        return () -> "id-" + numbers.next();
    }

    private RelayGroup group(Client... members) {
        RelayGroup group = state.createGroup(members[0], "x", parameters(3, 1), now);
        for (Client member : members) {
            state.joinGroup(member, group.id, null, now);
        }
        return group;
    }

    private static RelayApi.Parameters parameters(int parties, int threshold) {
        return new RelayApi.Parameters(parties, threshold);
    }

    private RelaySession session(RelayGroup group, SessionKind kind) {
        return state.createSession(ALICE, group.id, plan(kind, null), now);
    }

    private static Seating.Plan plan(SessionKind kind, @Nullable List<String> participants) {
        return Seating.Plan.of(kind, null, participants, 5);
    }

    private int signup(Client client, RelaySession session) {
        return state.seating().signup(client, open(client, session));
    }

    private RelaySession open(Client client, RelaySession session) {
        return state.session(client, session.group.id, session.id, null, now);
    }

    private void send(Client client, RelaySession session, int sender, @Nullable Integer to) {
        send(client, session, sender, to, "body");
    }

    private void send(
            Client client, RelaySession session, int sender, @Nullable Integer to, String body) {
        state.messages()
                .send(
                        client,
                        open(client, session),
                        new RelayApi.Message(1, sender, to, "m", Json.text(body)));
    }

    private RelaySession full(SessionKind kind) {
        RelaySession session = session(group(ALICE, BOB, MALLORY), kind);
        signup(ALICE, session);
        signup(BOB, session);
        if (kind == SessionKind.KEYGEN) {
            signup(MALLORY, session);
        }
        return session;
    }

    private static Member member(RelaySession session, Client client) {
        return session.group.members.get(client.id());
    }

    private static List<String> events(RelaySession session, Client client) {
        return member(session, client).waitingAfter(0).stream()
                .map(waiting -> waiting.posted().event.method())
                .toList();
    }

    private static RelayApi.Event last(RelaySession session, Client client) {
        return member(session, client).waitingAfter(0).getLast().posted().event;
    }

    private static void assertRefused(ErrorCode code, String text, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e).hasMessage(text);
                        });
    }

    @Test
    void aGroupHasTwoPartiesOrMoreAndAThresholdBelowThem() {
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "parties must be greater than one",
                () -> state.createGroup(ALICE, "x", parameters(1, 1), now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "threshold must be greater than zero",
                () -> state.createGroup(ALICE, "x", parameters(2, 0), now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "threshold must be less than parties",
                () -> state.createGroup(ALICE, "x", parameters(2, 2), now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "there may be at most 5 parties",
                () -> state.createGroup(ALICE, "x", parameters(6, 2), now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "a label has at most 256 characters",
                () -> state.createGroup(ALICE, "x".repeat(257), parameters(2, 1), now));
        assertThat(state.groups()).isEmpty();
    }

    @Test
    void thereAreSoManyGroupsOfOneClientAndSoManyInAllOnEachEndpoint() {
        group(ALICE);
        group(ALICE);
        assertRefused(ErrorCode.RELAY_FULL, "at most 2 groups of one client", () -> group(ALICE));
        group(BOB);
        assertRefused(ErrorCode.RELAY_FULL, "at most 3 groups", () -> group(MALLORY));
        group(OLD);
    }

    @Test
    void aFullGroupTakesNobodyElseButItsOwnMembersAlways() {
        RelayGroup group = state.createGroup(ALICE, "x", parameters(2, 1), now);
        state.joinGroup(BOB, group.id, null, now);
        assertRefused(
                ErrorCode.RELAY_FULL,
                "group " + group.id + " is full, cannot accept new connections",
                () -> state.joinGroup(MALLORY, group.id, null, now));
        assertThat(state.joinGroup(BOB, group.id, null, now)).isSameAs(group);
        assertThat(group.members).hasSize(2);
    }

    @Test
    void whatIsNotThereIsCalledAsTheOriginalCallsIt() {
        RelayGroup group = group(ALICE);
        assertRefused(
                ErrorCode.RELAY_NOT_FOUND,
                "group " + NOWHERE + " does not exist",
                () -> state.joinGroup(BOB, NOWHERE, null, now));
        assertRefused(
                ErrorCode.RELAY_NOT_FOUND,
                "session " + NOWHERE + " does not exist",
                () -> state.session(ALICE, group.id, NOWHERE, null, now));
        RelayGroup old = group(OLD);
        assertRefused(
                ErrorCode.RELAY_NOT_FOUND,
                "group " + NOWHERE + " does not exist",
                () -> state.session(OLD, old.id, NOWHERE, null, now));
        assertRefused(
                ErrorCode.RELAY_NOT_MEMBER,
                "client " + BOB.name() + " does not belong to the group " + group.id,
                () -> state.session(BOB, group.id, NOWHERE, null, now));
    }

    @Test
    void aGroupOfOneEndpointDoesNotExistOnTheOther() {
        RelayGroup group = group(ALICE);
        assertRefused(
                ErrorCode.RELAY_NOT_FOUND,
                "group " + group.id + " does not exist",
                () -> state.joinGroup(OLD, group.id, null, now));
    }

    @Test
    void onlyASessionThatMakesAKeyIsAnnouncedAndOnlyToTheOthers() {
        RelayGroup group = group(ALICE, BOB);
        session(group, SessionKind.SIGN);
        RelaySession keygen = session(group, SessionKind.KEYGEN);
        assertThat(events(keygen, ALICE)).isEmpty();
        assertThat(events(keygen, BOB)).containsExactly("sessionCreate");
    }

    @Test
    void aGroupHasSoManySessionsThatGoOnAndAValueIsSoBig() {
        RelayGroup group = group(ALICE, BOB, MALLORY);
        Seating.Plan plan = plan(SessionKind.SIGN, null);
        session(group, SessionKind.SIGN);
        session(group, SessionKind.SIGN);
        assertRefused(
                ErrorCode.RELAY_FULL,
                "at most 2 sessions of one client in this group",
                () -> session(group, SessionKind.SIGN));
        for (Client each : List.of(BOB, BOB, MALLORY, MALLORY)) {
            state.createSession(each, group.id, plan, now);
        }
        assertRefused(
                ErrorCode.RELAY_FULL,
                "at most 6 sessions of a group",
                () -> session(group, SessionKind.SIGN));
        RelayGroup other = group(ALICE);
        Seating.Plan big = Seating.Plan.of(SessionKind.SIGN, Json.text("x".repeat(99)), null, 5);
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "a value has at most 100 bytes",
                () -> state.createSession(ALICE, other.id, big, now));
    }

    @Test
    void theSessionsOwnKindDecidesAndNotTheCallers() {
        RelaySession session = full(SessionKind.SIGN);
        assertThat(events(session, BOB)).containsExactly("sessionSignup");
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "session " + session.id + " is of kind sign",
                () -> state.session(ALICE, session.group.id, session.id, SessionKind.KEYGEN, now));
    }

    @Test
    void signingUpTwiceGivesTheSameNumberAndTellsNobodyAgain() {
        RelaySession session = full(SessionKind.SIGN);
        assertThat(signup(BOB, session)).isEqualTo(2);
        assertThat(signup(ALICE, session)).isEqualTo(1);
        assertThat(events(session, BOB)).containsExactly("sessionSignup");
        assertRefused(
                ErrorCode.RELAY_FULL,
                "session " + session.id + " is full",
                () -> signup(MALLORY, session));
    }

    @Test
    void aLoadedNumberIsInRangeAndNobodyElsesAndTheClientsOnlyOne() {
        RelaySession session = session(group(ALICE, BOB), SessionKind.SIGN);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party number may not be zero",
                () -> state.seating().load(ALICE, session, 0));
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party number is out of range",
                () -> state.seating().load(ALICE, session, 4));
        assertThat(state.seating().load(ALICE, session, 3)).isEqualTo(3);
        assertThat(state.seating().load(ALICE, session, 3)).isEqualTo(3);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party number already exists for session " + session.id,
                () -> state.seating().load(BOB, session, 3));
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 1 is not valid in this context",
                () -> state.seating().load(ALICE, session, 1));
        state.seating().load(BOB, session, 1);
        assertThat(last(session, BOB))
                .isEqualTo(
                        new RelayApi.SessionLoad(session.group.id, session.id, 0, List.of(1, 3)));
    }

    @Test
    void onlyParticipantsTakeASeatWhereThereAreSome() {
        RelayGroup group = group(ALICE, BOB, MALLORY);
        RelaySession session =
                state.createSession(
                        ALICE,
                        group.id,
                        plan(SessionKind.SIGN, List.of(ALICE.name(), BOB.name())),
                        now);
        assertRefused(
                ErrorCode.RELAY_NOT_MEMBER,
                "client " + MALLORY.name() + " is no participant of the session " + session.id,
                () -> signup(MALLORY, session));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "participants has 2 to 3 keys here",
                () ->
                        state.createSession(
                                ALICE,
                                group.id,
                                plan(SessionKind.SIGN, List.of(ALICE.name())),
                                now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "participants names a key twice",
                () ->
                        state.createSession(
                                ALICE,
                                group.id,
                                plan(SessionKind.SIGN, List.of(ALICE.name(), ALICE.name())),
                                now));
    }

    @Test
    void nobodySpeaksAsAnother() {
        RelaySession session = full(SessionKind.KEYGEN);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 1 is not valid in this context",
                () -> send(MALLORY, session, 1, null));
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 9 does not exist",
                () -> send(MALLORY, session, 9, null));
        assertThat(events(session, BOB)).containsExactly("sessionCreate", "sessionSignup");
    }

    @Test
    void aMessageIsForTheOthersOrForOne() {
        RelaySession session = full(SessionKind.KEYGEN);
        send(ALICE, session, 1, null);
        send(ALICE, session, 1, 3);
        assertThat(events(session, ALICE)).doesNotContain("sessionMessage");
        assertThat(events(session, BOB)).filteredOn("sessionMessage"::equals).hasSize(1);
        assertThat(events(session, MALLORY)).filteredOn("sessionMessage"::equals).hasSize(2);
        assertRefused(
                ErrorCode.RELAY_BAD_RECEIVER,
                "receiver 4 for peer to peer message does not exist",
                () -> send(ALICE, session, 1, 4));
    }

    @Test
    void anIndexBelongsToOneSeatAndNobodyTakesAnothers() {
        RelaySession session = full(SessionKind.SIGN);
        send(ALICE, session, 1, 2);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 1 is not valid in this context",
                () -> state.seating().participant(BOB, session, 2, 1));
        state.seating().participant(ALICE, session, 2, 1);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "index 2 belongs to another party",
                () -> state.seating().participant(BOB, session, 2, 2));
        state.seating().participant(BOB, session, 5, 2);
        send(ALICE, session, 1, 5);
        assertRefused(
                ErrorCode.RELAY_BAD_RECEIVER,
                "receiver 1 for peer to peer message does not exist",
                () -> send(ALICE, session, 1, 1));
        state.seating().participant(BOB, session, 1, 2);
        assertRefused(
                ErrorCode.RELAY_BAD_RECEIVER,
                "receiver 5 for peer to peer message does not exist",
                () -> send(ALICE, session, 1, 5));
    }

    @Test
    void aSessionIsClosedOnceWhenAllWhoSignedUpAreDone() {
        RelaySession session = full(SessionKind.SIGN);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 2 is not valid in this context",
                () -> state.seating().finish(ALICE, session, 2, now));
        state.seating().finish(ALICE, session, 1, now);
        state.seating().finish(ALICE, session, 1, now);
        assertThat(events(session, BOB)).containsExactly("sessionSignup");
        state.seating().finish(BOB, session, 2, now);
        assertThat(last(session, ALICE))
                .isEqualTo(
                        new RelayApi.SessionClosed(session.group.id, session.id, 0, List.of(1, 2)));
        RelaySession closed = state.sessionToFinish(BOB, session.group.id, session.id, now);
        state.seating().finish(BOB, closed, 2, now);
        assertThat(events(session, BOB)).containsExactly("sessionSignup", "sessionClosed");
        assertRefused(
                ErrorCode.RELAY_NOT_FOUND,
                "session " + session.id + " does not exist",
                () -> send(BOB, session, 2, null));
    }

    @Test
    void whoIsDoneBeforeTheOthersCameDoesNotCloseTheSession() {
        RelaySession session = session(group(ALICE, BOB), SessionKind.SIGN);
        signup(ALICE, session);
        state.seating().finish(ALICE, session, 1, now);
        assertThat(signup(BOB, session)).isEqualTo(2);
        assertThat(events(session, BOB)).containsExactly("sessionSignup");
    }

    @Test
    void anAbortedSessionTellsAllAndAnswersNothingElse() {
        RelaySession session = full(SessionKind.SIGN);
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "party 3 does not exist",
                () -> state.endings().abort(BOB, session, "x", List.of(3), now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARTY,
                "only a party, or who has created it, can abort session " + session.id,
                () -> state.endings().abort(MALLORY, session, "x", List.of(), now));
        state.endings().abort(BOB, session, "bad share", List.of(1, 1), now);
        assertThat(last(session, ALICE))
                .isEqualTo(
                        new RelayApi.SessionAborted(
                                session.group.id,
                                session.id,
                                0,
                                "bad share",
                                2,
                                List.of(1),
                                List.of()));
        assertRefused(
                ErrorCode.RELAY_ABORTED,
                "session " + session.id + " was aborted: bad share",
                () -> signup(ALICE, session));
    }

    @Test
    void aNumberThatNoEventHasNamedIsGivenToTheNext() {
        RelaySession session = session(group(ALICE, BOB), SessionKind.KEYGEN);
        signup(BOB, session);
        signup(ALICE, session);
        state.endings().lose(member(session, BOB), now);
        state.joinGroup(MALLORY, session.group.id, null, now);
        assertThat(signup(MALLORY, session)).isEqualTo(1);
    }

    @Test
    void aSessionThatHasNamedAPartyIsAbortedWhenItIsLost() {
        RelaySession early = session(group(ALICE, BOB), SessionKind.KEYGEN);
        signup(ALICE, early);
        signup(BOB, early);
        send(BOB, early, 2, null);
        state.endings().lose(member(early, BOB), now);
        assertThat(last(early, ALICE))
                .isEqualTo(
                        new RelayApi.SessionAborted(
                                early.group.id,
                                early.id,
                                0,
                                "a party was lost",
                                null,
                                List.of(),
                                List.of(2)));
    }

    @Test
    void whoWasDoneCanBeLost() {
        RelaySession session = full(SessionKind.SIGN);
        state.seating().finish(BOB, session, 2, now);
        state.endings().lose(member(session, BOB), now);
        send(ALICE, session, 1, 2);
        send(ALICE, session, 1, null);
        state.seating().finish(ALICE, session, 1, now);
        assertThat(events(session, ALICE)).containsExactly("sessionSignup", "sessionClosed");
    }

    @Test
    void aPartyThatIsAwayIsMissedForTheTimeOfGraceAndThenLost() {
        RelaySession session = full(SessionKind.SIGN);
        state.endings().drop(member(session, BOB), now);
        assertThat(last(session, ALICE))
                .isEqualTo(
                        new RelayApi.PartyPresence(
                                session.group.id,
                                session.id,
                                0,
                                2,
                                false,
                                now.getEpochSecond() + 120));
        now = now.plus(Duration.ofSeconds(119));
        state.sweep(now);
        assertThat(session.isOpen()).isTrue();
        state.endings().back(member(session, BOB));
        assertThat(last(session, ALICE))
                .isEqualTo(
                        new RelayApi.PartyPresence(session.group.id, session.id, 0, 2, true, null));
        state.endings().drop(member(session, BOB), now);
        now = now.plus(LIMITS.grace());
        state.sweep(now);
        assertThat(session.isAborted()).isTrue();
        assertThat(session.group.members).doesNotContainKey(BOB.id());
    }

    @Test
    void whoCannotComeBackIsLostAtOnce() {
        RelayGroup group = group(OLD, Client.connection("id-8", "8"));
        state.endings().drop(group.members.get("connection id-8"), now);
        assertThat(group.members).containsOnlyKeys(OLD.id());
    }

    @Test
    void aSessionThatNobodyUsesExpiresAndSaysWhoWasMissing() {
        RelaySession unfilled = session(group(ALICE, BOB), SessionKind.KEYGEN);
        signup(ALICE, unfilled);
        RelaySession full = full(SessionKind.SIGN);
        state.seating().finish(ALICE, full, 1, now);
        now = now.plus(LIMITS.idle());
        state.sweep(now);
        assertThat(last(unfilled, ALICE))
                .isEqualTo(
                        new RelayApi.SessionExpired(
                                unfilled.group.id, unfilled.id, 0, List.of(), 2));
        assertThat(last(full, BOB))
                .isEqualTo(new RelayApi.SessionExpired(full.group.id, full.id, 0, List.of(2), 0));
        assertThat(full.group.sessions).isEmpty();
    }

    @Test
    void whatIsUsedDoesNotExpire() {
        RelaySession session = full(SessionKind.SIGN);
        now = now.plus(LIMITS.idle().minusSeconds(1));
        send(ALICE, session, 1, null);
        now = now.plusSeconds(1);
        state.sweep(now);
        assertThat(session.group.sessions).containsKey(session.id);
    }

    @Test
    void aGroupGoesWhenNobodyUsesItAndNobodyIsConnected() {
        RelayGroup group = group(ALICE, BOB);
        now = now.plus(LIMITS.groupIdle());
        state.sweep(now);
        assertThat(state.groups()).containsExactly(group);
        group.members.values().forEach(member -> state.endings().drop(member, now));
        now = now.plus(LIMITS.grace());
        state.sweep(now);
        assertThat(group.members).isEmpty();
        assertThat(state.groups()).containsExactly(group);
        now = now.plus(LIMITS.idle());
        state.sweep(now);
        assertThat(state.groups()).isEmpty();
    }

    @Test
    void nobodyIsSentMoreThanTheBacklogHolds() {
        RelaySession session = full(SessionKind.SIGN);
        send(ALICE, session, 1, 2, "x".repeat(900));
        assertThatThrownBy(() -> send(ALICE, session, 1, 2, "x".repeat(900)))
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        Member bob = member(session, BOB);
        state.journal().arrived(bob, bob.last());
        send(ALICE, session, 1, 2, "x".repeat(900));
        assertThat(bob.waitingAfter(0)).extracting(Waiting::seq).containsExactly(3L);
    }

    @Test
    void whoDoesNotTakeItsOwnEventsCausesNoMore() {
        RelayGroup group = group(ALICE, BOB);
        RelaySession kept = session(group, SessionKind.SIGN);
        signup(ALICE, kept);
        assertRefused(
                ErrorCode.BUSY,
                "Busy: this client has not taken what it was sent",
                () -> {
                    for (int i = 0; i < 100; i++) {
                        abort(session(group, SessionKind.SIGN));
                    }
                });
        RelaySession bobs = state.createSession(BOB, group.id, plan(SessionKind.SIGN, null), now);
        assertRefused(
                ErrorCode.BUSY,
                "Busy: this client has not taken what it was sent",
                () -> signup(ALICE, bobs));
        assertThat(signup(ALICE, kept)).isEqualTo(1);
        abort(kept);
        assertThat(kept.isAborted()).isTrue();
    }

    private void abort(RelaySession session) {
        state.endings().abort(ALICE, session, "no", List.of(), now);
    }

    @Test
    void everythingTogetherTakesSoMuchAndNoMore() {
        RelayGroup group = group(ALICE, BOB);
        String full = "the circle's relay has no room: at most " + STORE + " bytes";
        assertRefused(ErrorCode.RELAY_FULL, full, () -> fill(group));
        assertThat(state.journal().room().taken()).isBetween(STORE / 2, STORE);
        RelaySession one = group.openSessions().findFirst().orElseThrow();
        state.journal().room().take(STORE);
        assertRefused(ErrorCode.RELAY_FULL, full, () -> group(BOB));
        assertRefused(
                ErrorCode.RELAY_FULL, full, () -> state.joinGroup(MALLORY, group.id, null, now));
        assertThat(signup(ALICE, one)).isEqualTo(1);
        assertThat(signup(BOB, one)).isEqualTo(2);
        assertRefused(ErrorCode.RELAY_FULL, full, () -> send(ALICE, one, 1, 2));
        state.seating().finish(ALICE, open(ALICE, one), 1, now);
    }

    /// With sessions that have ended: the others are only so many.
    private void fill(RelayGroup group) {
        session(group, SessionKind.SIGN);
        for (int i = 0; i < STORE / Room.SESSION; i++) {
            RelaySession next = session(group, SessionKind.SIGN);
            state.endings().abort(ALICE, next, "no", List.of(), now);
            state.journal().arrived(member(next, ALICE), member(next, ALICE).last());
        }
    }

    @Test
    void whatIsGoneTakesNothing() {
        RelaySession session = full(SessionKind.KEYGEN);
        send(ALICE, session, 1, null);
        send(BOB, session, 2, 3);
        state.endings().abort(ALICE, open(ALICE, session), "no", List.of(), now);
        assertThat(state.journal().room().taken()).isGreaterThan(Room.SESSION);
        for (Client each : List.of(ALICE, BOB, MALLORY)) {
            state.endings().drop(member(session, each), now);
        }
        now = now.plus(LIMITS.groupIdle());
        state.sweep(now);
        now = now.plus(LIMITS.idle());
        state.sweep(now);
        assertThat(state.groups()).isEmpty();
        assertThat(state.journal().room().taken()).isZero();
    }

    @Test
    void afterIsNeitherPastTheLastEventNorBeforeWhatHasArrived() {
        RelaySession session = full(SessionKind.SIGN);
        state.journal().arrived(member(session, BOB), 1);
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "after is 2, but the last event was 1",
                () -> state.joinGroup(BOB, session.group.id, 2L, now));
        assertRefused(
                ErrorCode.RELAY_BAD_PARAMETERS,
                "after is 0, but what has arrived up to 1 is kept no longer; leave it out",
                () -> state.joinGroup(BOB, session.group.id, 0L, now));
        state.joinGroup(BOB, session.group.id, 1L, now);
    }
}
