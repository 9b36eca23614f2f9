package io.circles.server.session;

import static io.circles.script.Capability.ADMIN;
import static io.circles.script.Capability.CALL;
import static io.circles.script.Capability.HTTP;
import static io.circles.script.Capability.PLAY;
import static io.circles.script.Capability.READ;
import static io.circles.script.Capability.RELAY;
import static io.circles.script.Capability.SIGN;
import static io.circles.script.Capability.WRITE;
import static io.circles.server.session.SessionContexts.logIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.script.Capability;
import io.circles.server.transcript.Cast;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who may do what.
class AccessTest {
    private static Session session(Access access) {
        return SessionContexts.session(SessionContexts.RULES, new TestClock(), access);
    }

    private static Set<Capability> capabilities(Access access, Cast who) {
        Session session = session(access);
        logIn(session, who);
        return session.capabilities(session.identity());
    }

    @Test
    void theDefaultsAreThoseOfTheDesign() {
        assertThat(Access.DEFAULTS.of(Rank.ANONYMOUS)).isEmpty();
        assertThat(Access.DEFAULTS.of(Rank.AUTHENTICATED)).containsExactly(PLAY, CALL);
        assertThat(Access.DEFAULTS.of(Rank.MEMBER))
                .containsExactly(PLAY, CALL, READ, WRITE, HTTP, SIGN, RELAY);
        assertThat(Access.DEFAULTS.of(Rank.OWNER))
                .containsExactly(PLAY, CALL, READ, WRITE, HTTP, SIGN, RELAY, ADMIN);
    }

    @Test
    void aKeyHasTheRankThatTheConfigurationGivesIt() {
        Session session = session(Access.DEFAULTS);

        assertThat(session.identity().rank()).isEqualTo(Rank.ANONYMOUS);
        assertThat(logIn(session, Cast.ALICE).rank()).isEqualTo(Rank.AUTHENTICATED);
        assertThat(logIn(session, Cast.BOB).rank()).isEqualTo(Rank.MEMBER);
        assertThat(logIn(session, Cast.MALLORY).rank()).isEqualTo(Rank.OWNER);
        assertThat(logIn(session, Cast.CIRCLE).rank()).isEqualTo(Rank.OWNER);
    }

    @Test
    void aMemberHasItsRolesAndNobodyElseHas() {
        Session session = session(Access.DEFAULTS);

        assertThat(logIn(session, Cast.BOB).roles()).isEqualTo(List.of("staff", "night"));
        assertThat(logIn(session, Cast.ALICE).roles()).isEmpty();
        assertThat(logIn(session, Cast.CIRCLE).roles()).isEmpty();
    }

    @Test
    void aListReplacesTheDefaultOfItsRankOnly() {
        Access access = new Access(Map.of(Rank.AUTHENTICATED, Set.of(READ)));

        assertThat(capabilities(access, Cast.ALICE)).containsExactly(READ);
        assertThat(capabilities(access, Cast.BOB)).containsExactly(READ, WRITE, HTTP, SIGN, RELAY);
        assertThat(capabilities(access, Cast.CIRCLE))
                .containsExactly(READ, WRITE, HTTP, SIGN, RELAY, ADMIN);
    }

    @Test
    void whatTheAnonymousHaveAllHave() {
        Access access = new Access(Map.of(Rank.ANONYMOUS, Set.of(PLAY), Rank.OWNER, Set.of()));
        Session session = session(access);
        session.require(session.identity(), PLAY);

        assertThat(session.capabilities(session.identity())).containsExactly(PLAY);
        assertThat(capabilities(access, Cast.ALICE)).containsExactly(PLAY, CALL);
        assertThat(capabilities(access, Cast.CIRCLE)).doesNotContain(ADMIN).contains(PLAY, RELAY);
    }

    @Test
    void whoLacksACapabilityIsToldWhichOne() {
        Session session = session(Access.DEFAULTS);
        logIn(session, Cast.ALICE);
        session.require(session.identity(), PLAY);

        assertThatThrownBy(() -> session.require(session.identity(), WRITE))
                .isInstanceOfSatisfying(
                        CircleException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN);
                            assertThat(e.error().data().path("needs").textValue())
                                    .isEqualTo("write");
                        });
    }

    @Test
    void ranksAreKnownByTheirExactWordsOnly() {
        assertThat(Rank.of("owner")).contains(Rank.OWNER);
        assertThat(Rank.of("authenticated")).contains(Rank.AUTHENTICATED);
        assertThat(Rank.of("Owner")).isEmpty();
        assertThat(Rank.of("admin")).isEmpty();
    }
}
