package io.circles.server.session;

import static io.circles.server.session.SessionContexts.RULES;
import static io.circles.server.session.SessionContexts.answer;
import static io.circles.server.session.SessionContexts.logIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.script.Capability;
import io.circles.server.transcript.Cast;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// How a log-in begins and ends.
class SessionTest {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();
    private static final PublicKey BOB = Cast.BOB.pair().publicKey();

    private final TestClock clock = new TestClock();
    private final Session session = SessionContexts.session(RULES, clock);

    private static void assertFails(ErrorCode code, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void assertRefused(PublicKey key, Signature signature) {
        assertFails(ErrorCode.INVALID_CREDENTIALS, () -> session.authenticate(key, signature));
    }

    @Test
    void aRightAnswerProvesTheKeyForTheLengthOfASession() {
        Identity.Proven proven = logIn(session, Cast.ALICE);

        assertThat(proven.key()).isEqualTo(ALICE);
        assertThat(proven.expiresAt()).isEqualTo(TestClock.START.plus(Duration.ofHours(1)));
        assertThat(session.identity()).isEqualTo(proven);
    }

    @Test
    void aNonceIsGoodUntilTheLastInstant() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        clock.set(Instant.ofEpochSecond(nonce.expiresAt()).minusNanos(1));

        assertThat(session.authenticate(ALICE, answer(Cast.ALICE, nonce)).key()).isEqualTo(ALICE);
    }

    @Test
    void aNonceIsWorthlessAtTheInstantItExpires() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        clock.set(Instant.ofEpochSecond(nonce.expiresAt()));

        assertRefused(ALICE, answer(Cast.ALICE, nonce));
    }

    @Test
    void aNonceIsGoodForOneAnswerOnly() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        session.authenticate(ALICE, answer(Cast.ALICE, nonce));

        assertRefused(ALICE, answer(Cast.ALICE, nonce));
    }

    @Test
    void aWrongAnswerUsesTheNonceUp() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        assertRefused(ALICE, answer(Cast.BOB, nonce));

        assertRefused(ALICE, answer(Cast.ALICE, nonce));
    }

    @Test
    void anAnswerThatCannotBeReadUsesTheNonceUp() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        session.malformedAnswer();

        assertRefused(ALICE, answer(Cast.ALICE, nonce));
    }

    @Test
    void aNewNonceReplacesTheLast() {
        CircleApi.Nonce last = session.challenge(ALICE, null);
        session.challenge(ALICE, null);

        assertRefused(ALICE, answer(Cast.ALICE, last));
    }

    @Test
    void aNonceOfOneKeyIsNothingToAnother() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);

        assertRefused(BOB, answer(Cast.BOB, nonce));
    }

    @Test
    void aRightAnswerProvesNoOtherKeyThanTheNonces() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);

        assertRefused(BOB, answer(Cast.ALICE, nonce));
        assertThat(session.identity()).isEqualTo(new Identity.Anonymous());
    }

    @Test
    void aNonceOfAnotherConnectionIsRefused() {
        CircleApi.Nonce foreign = SessionContexts.session(RULES, clock).challenge(ALICE, null);
        session.challenge(ALICE, null);

        assertRefused(ALICE, answer(Cast.ALICE, foreign));
    }

    @Test
    void theCirclesProofIsNoAnswer() {
        PublicKey circle = Cast.CIRCLE.pair().publicKey();
        CircleApi.Nonce nonce = session.challenge(circle, null);

        assertRefused(circle, Signature.parse(nonce.proof()));
    }

    @Test
    void aWrongAnswerTakesNothingAwayFromWhoWasThereBefore() {
        Identity.Proven proven = logIn(session, Cast.ALICE);
        assertRefused(BOB, answer(Cast.BOB, session.challenge(ALICE, null)));

        assertThat(session.identity()).isEqualTo(proven);
    }

    @Test
    void aSessionHoldsUntilTheLastInstantAndIsThenExpired() {
        Identity.Proven proven = logIn(session, Cast.ALICE);
        clock.set(proven.expiresAt().minusNanos(1));
        assertThat(session.identity()).isEqualTo(proven);
        session.require(session.identity(), Capability.PLAY);

        clock.set(proven.expiresAt());
        assertThat(session.identity()).isEqualTo(new Identity.Expired(ALICE));
        assertThat(session.identity().rank()).isEqualTo(Rank.ANONYMOUS);
        assertThat(session.capabilities(session.identity())).isEmpty();
        assertFails(
                ErrorCode.SESSION_EXPIRED,
                () -> session.require(session.identity(), Capability.PLAY));
    }

    @Test
    void anExpiredSessionDoesNotComeBackWhenTheClockIsSetBack() {
        Identity.Proven proven = logIn(session, Cast.ALICE);
        clock.set(proven.expiresAt());
        assertThat(session.identity()).isInstanceOf(Identity.Expired.class);
        clock.set(TestClock.START);

        assertThat(session.identity()).isInstanceOf(Identity.Expired.class);
    }

    @Test
    void loggingInAgainRenewsTheSession() {
        logIn(session, Cast.ALICE);
        clock.pass(Duration.ofMinutes(59));
        Identity.Proven renewed = logIn(session, Cast.ALICE);
        clock.pass(Duration.ofMinutes(59));

        assertThat(session.identity()).isEqualTo(renewed);
    }

    @Test
    void anExpiredSessionIsRenewedOnTheSameConnection() {
        logIn(session, Cast.ALICE);
        clock.pass(Duration.ofHours(2));
        assertThat(session.identity()).isInstanceOf(Identity.Expired.class);

        assertThat(logIn(session, Cast.ALICE)).isEqualTo(session.identity());
    }

    @Test
    void whoLogsInAsAnotherIsTheOtherFromThenOn() {
        logIn(session, Cast.ALICE);
        logIn(session, Cast.BOB);

        assertThat(session.identity())
                .isInstanceOfSatisfying(
                        Identity.Proven.class, p -> assertThat(p.key()).isEqualTo(BOB));
    }

    @Test
    void loggingOutForgetsTheKeyAndTheOpenNonce() {
        logIn(session, Cast.ALICE);
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        session.logout();

        assertThat(session.identity()).isEqualTo(new Identity.Anonymous());
        assertFails(
                ErrorCode.AUTHENTICATION_REQUIRED,
                () -> session.require(session.identity(), Capability.PLAY));
        assertRefused(ALICE, answer(Cast.ALICE, nonce));
    }

    @Test
    void itSaysHowLongTheLogInStillHolds() {
        assertThat(session.millisLeft()).isEqualTo(1);
        Identity.Proven proven = logIn(session, Cast.ALICE);
        assertThat(session.millisLeft()).isEqualTo(3_600_000);
        clock.pass(Duration.ofMillis(3_599_990));
        assertThat(session.millisLeft()).isEqualTo(10);
        clock.set(proven.expiresAt().plusSeconds(5));
        assertThat(session.millisLeft()).isEqualTo(1);
    }
}
