package io.circles.server.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleApi;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import io.circles.server.transcript.Cast;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The nonce's text, as section 2 of the protocol fixes it.
class ChallengeTest {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();
    private static final PublicKey CIRCLE = Cast.CIRCLE.pair().publicKey();

    private final Session session = SessionContexts.session(SessionContexts.RULES, new TestClock());

    private List<String> lines(CircleApi.Nonce nonce) {
        return List.of(nonce.nonce().split("\n", -1));
    }

    @Test
    void aNonceHasExactlyTheLinesOfTheProtocol() {
        List<String> lines = lines(session.challenge(ALICE, "my-own-challenge"));

        assertThat(lines).hasSize(9);
        assertThat(lines.get(0)).isEqualTo("circles authentication v1");
        assertThat(lines.get(1)).isEqualTo("origin: ws://127.0.0.1:9001");
        assertThat(lines.get(2)).isEqualTo("circle: " + CIRCLE.hex());
        assertThat(lines.get(3)).matches("connection: [0-9a-f]{32}");
        assertThat(lines.get(4)).isEqualTo("pubkey: " + ALICE.hex());
        assertThat(lines.get(5)).isEqualTo("challenge: my-own-challenge");
        assertThat(lines.get(6)).isEqualTo("issued: 2026-11-20T12:00:00Z");
        assertThat(lines.get(7)).isEqualTo("expires: 2026-11-20T12:01:00Z");
        assertThat(lines.get(8)).matches("nonce: [0-9a-f]{64}");
    }

    @Test
    void withoutAChallengeOfTheClientThatLineIsMissing() {
        List<String> lines = lines(session.challenge(ALICE, null));

        assertThat(lines).hasSize(8);
        assertThat(lines).noneMatch(line -> line.startsWith("challenge"));
    }

    @Test
    void theResultSaysWhenTheTextSaysItExpires() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);

        assertThat(nonce.expiresAt())
                .isEqualTo(Instant.parse("2026-11-20T12:01:00Z").getEpochSecond());
    }

    @Test
    void noTwoNoncesAreAlikeAndNoTwoConnectionsHaveOneName() {
        Set<String> nonces = new HashSet<>();
        Set<String> connections = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            Session another = SessionContexts.session(SessionContexts.RULES, new TestClock());
            for (int j = 0; j < 2; j++) {
                List<String> lines = lines(another.challenge(ALICE, null));
                connections.add(lines.get(3));
                nonces.add(lines.getLast());
            }
        }

        assertThat(nonces).hasSize(20);
        assertThat(connections).hasSize(10);
    }

    @Test
    void theProofVerifiesUnderTheCirclesKeyWithItsPurposeAndNotWithout() {
        CircleApi.Nonce nonce = session.challenge(ALICE, null);
        Signature proof = Signature.parse(nonce.proof());

        assertThat(nonce.proof()).matches("[0-9a-f]{128}");
        assertThat(proof.verifies(CIRCLE, ("circles proof v1\n" + nonce.nonce()).getBytes(UTF_8)))
                .isTrue();
        assertThat(proof.verifies(CIRCLE, nonce.nonce().getBytes(UTF_8))).isFalse();
        assertThat(proof.verifies(ALICE, ("circles proof v1\n" + nonce.nonce()).getBytes(UTF_8)))
                .isFalse();
    }
}
