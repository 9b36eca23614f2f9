package io.circles.server.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.CircleApi;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import io.circles.server.transcript.Cast;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A circle of the [Cast] for tests of sessions: Bob is a member, Mallory a second owner.
public final class SessionContexts {
    /// The rules of PROTOCOLS.
    public static final SessionRules RULES =
            new SessionRules(Duration.ofHours(1), Duration.ofMinutes(1), 5, 20);

    /// Where clients reach it.
    public static final Origin ORIGIN = Origin.parse("ws://127.0.0.1:9001");

    static final Members MEMBERS =
            new Members(
                    Set.of(Cast.MALLORY.pair().publicKey()),
                    Map.of(Cast.BOB.pair().publicKey(), List.of("staff", "night")));

    private SessionContexts() {}

    /// A session with those rules and that clock.
    public static Session session(SessionRules rules, InstantSource clock) {
        return session(rules, clock, Access.DEFAULTS);
    }

    static Session session(SessionRules rules, InstantSource clock, Access access) {
        return new Session(
                new SessionContext(
                        Cast.CIRCLE.pair(), MEMBERS, access, rules, clock, new SecureRandom()),
                ORIGIN);
    }

    /// A right answer to a nonce.
    static Signature answer(Cast who, CircleApi.Nonce nonce) {
        return who.pair().sign(nonce.nonce().getBytes(UTF_8));
    }

    /// Fetches a nonce and answers it rightly.
    static Identity.Proven logIn(Session session, Cast who) {
        KeyPair pair = who.pair();
        CircleApi.Nonce nonce = session.challenge(pair.publicKey(), null);
        return session.authenticate(pair.publicKey(), answer(who, nonce));
    }
}
