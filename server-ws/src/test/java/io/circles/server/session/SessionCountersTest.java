package io.circles.server.session;

import static io.circles.server.session.SessionContexts.answer;
import static io.circles.server.session.SessionContexts.logIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleApi;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.transcript.Cast;
import org.junit.jupiter.api.Test;

/// How often things may fail before the connection should be closed.
class SessionCountersTest {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();

    private final Session session = SessionContexts.session(SessionContexts.RULES, new TestClock());

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            CircleApi.Nonce nonce = session.challenge(ALICE, null);
            assertThatThrownBy(() -> session.authenticate(ALICE, answer(Cast.BOB, nonce)))
                    .isInstanceOf(CircleException.class);
        }
    }

    private void fetch(int times) {
        for (int i = 0; i < times; i++) {
            session.challenge(ALICE, null);
        }
    }

    @Test
    void theFifthFailureIsTheLast() {
        fail(4);
        assertThat(session.exhausted()).isFalse();
        fail(1);
        assertThat(session.exhausted()).isTrue();
    }

    @Test
    void answersWithoutANonceAndAnswersThatCannotBeReadCountToo() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        session.malformedAnswer();
        session.malformedAnswer();
        for (int i = 0; i < 3; i++) {
            assertThat(session.exhausted()).isFalse();
            assertThatThrownBy(() -> session.authenticate(ALICE, answer(Cast.ALICE, nonce)))
                    .isInstanceOf(CircleException.class);
        }
        assertThat(session.exhausted()).isTrue();
    }

    @Test
    void aSuccessForgivesTheFailuresBefore() {
        fail(4);
        logIn(session, Cast.ALICE);
        fail(4);
        assertThat(session.exhausted()).isFalse();
        fail(1);
        assertThat(session.exhausted()).isTrue();
    }

    @Test
    void twentyNoncesInARowAreGivenAndTheNextIsRefused() {
        fetch(20);
        assertThat(session.exhausted()).isFalse();
        assertThatThrownBy(() -> fetch(1))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS));
        assertThat(session.exhausted()).isTrue();
    }

    @Test
    void theTwentiethNonceCanStillBeAnsweredAndASuccessStartsTheCountAnew() {
        fetch(19);
        logIn(session, Cast.ALICE);
        fetch(20);

        assertThat(session.exhausted()).isFalse();
    }

    @Test
    void loggingOutForgivesNothing() {
        fail(4);
        fetch(10);
        session.logout();
        fail(1);

        assertThat(session.exhausted()).isTrue();
    }
}
