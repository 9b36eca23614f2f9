package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleApi.Nonce;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
@Tag("waiting")
class HandshakeIT {
    private FakeCircle fake;

    @BeforeEach
    void start() throws InterruptedException {
        fake = FakeCircle.open();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private CircleClientBuilder builder() {
        return CircleClient.builder(fake.uri()).keyPair(Nonces.CLIENT);
    }

    private UntrustedCircleException refused(CircleClientBuilder builder) {
        return catchThrowableOfType(UntrustedCircleException.class, builder::connect);
    }

    private void assertNothingWasSignedAndTheConnectionIsClosed() throws InterruptedException {
        assertThat(fake.lostItsClient()).isTrue();
        assertThat(fake.requests()).containsExactly("fetch_nonce");
    }

    @Test
    void bothEndsProveTheirKeys() throws Exception {
        try (CircleClient client = builder().circle(Nonces.CIRCLE.publicKey()).connect()) {
            assertThat(fake.requests()).containsExactly("fetch_nonce", "authenticate");
            assertThat(client.circle()).contains(Nonces.CIRCLE.publicKey());
        }
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void aCircleThatNobodyNamedIsRememberedByTheKeyItProved() throws Exception {
        try (CircleClient client = builder().connect()) {
            assertThat(client.circle()).contains(Nonces.CIRCLE.publicKey());
        }
    }

    @Test
    void theKeyInThePathIsTheOneTheCircleMustProve() throws Exception {
        String other = "/" + Nonces.OTHER_CIRCLE.publicKey();
        CircleClientBuilder wrong =
                CircleClient.builder(fake.uri("127.0.0.1", other)).keyPair(Nonces.CLIENT);

        assertThat(refused(wrong))
                .returns("circle", UntrustedCircleException::line)
                .returns(Nonces.OTHER_CIRCLE.publicKey().hex(), UntrustedCircleException::expected);
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void withoutASignerTheClientStaysAnonymous() throws Exception {
        try (CircleClient client = CircleClient.builder(fake.uri()).connect()) {
            assertThat(client.play("1").output()).isEqualTo("1");
            assertThat(client.circle()).isEmpty();
        }
        assertThat(fake.requests()).containsExactly("play");
    }

    @ParameterizedTest
    @CsvSource({
        "0, circles authentication v0, purpose",
        "1, origin: wss://bank.example, origin",
        "3, 'connection: ', connection",
        "4, pubkey: 02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5, pubkey",
        "5, challenge: of another time, challenge",
        "7, expires: 2027-11-20T12:00:00Z, expires",
        "8, 'nonce: ', nonce",
    })
    void aNonceWithAWrongLineIsNotSigned(int index, String line, String name) throws Exception {
        fake.spoilLines(lines -> lines.set(index, line));

        assertThat(refused(builder())).returns(name, UntrustedCircleException::line);
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void aNonceWithALineMoreOrLessIsNotSigned() throws Exception {
        fake.spoilLines(lines -> lines.add("amount: 1000"));
        assertThat(refused(builder())).returns("the end", UntrustedCircleException::line);

        fake.spoilLines(lines -> lines.remove(5));
        assertThat(refused(builder())).returns("challenge", UntrustedCircleException::line);
        assertThat(fake.requests()).containsOnly("fetch_nonce");
    }

    @Test
    void aNonceWithoutTheCirclesProofIsNotSigned() throws Exception {
        fake.spoilNonce(
                nonce -> {
                    List<String> lines = List.of(nonce.nonce().split("\n"));
                    return Nonces.proven(Nonces.OTHER_CIRCLE, lines);
                });

        assertThat(refused(builder())).returns("proof", UntrustedCircleException::line);
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void aCircleThatKnowsNoProofsIsNotSignedFor() throws Exception {
        fake.answer("fetch_nonce", "{\"nonce\":\"opaque\",\"expires_at\":1}");

        assertThatThrownBy(builder()::connect)
                .isInstanceOf(BadReplyException.class)
                .hasMessageContaining("proof is missing");
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void aSecondClientAsksWithAnotherChallenge() throws Exception {
        Set<String> challenges = ConcurrentHashMap.newKeySet();
        fake.spoilLines(lines -> challenges.add(lines.get(5)));
        builder().connect().close();
        builder().connect().close();

        assertThat(challenges).hasSize(2).allMatch(line -> line.matches("challenge: [0-9a-f]{64}"));
    }

    @Test
    void aRefusedLogInIsTheCirclesOwnError() throws Exception {
        fake.fail("authenticate", ErrorCode.INVALID_CREDENTIALS);

        CircleException e = catchThrowableOfType(CircleException.class, builder()::connect);
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void aLogInThatIsNeitherGrantedNorRefusedIsABadReply() throws Exception {
        fake.answer("authenticate", "{\"authenticated\":false}");

        assertThatThrownBy(builder()::connect).isInstanceOf(BadReplyException.class);
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void aCircleThatSaysNothingIsNotWaitedForForEver() throws Exception {
        fake.on("fetch_nonce", (connection, request) -> {});

        assertThatThrownBy(builder().requestTimeout(Duration.ofMillis(200))::connect)
                .isInstanceOf(RequestTimeoutException.class)
                .hasMessage("fetch_nonce was not answered within 200 ms");
        assertThat(fake.lostItsClient()).isTrue();
    }

    @Test
    void whatASignerThrowsReachesTheCaller() throws Exception {
        var signer =
                new Holder(Nonces.CLIENT.publicKey()) {
                    @Override
                    public Signature sign(byte[] message) {
                        throw new UnsupportedOperationException("the owner said no");
                    }
                };

        assertThatThrownBy(builder().signer(signer)::connect).hasMessage("the owner said no");
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void aSignatureByAnotherKeyIsNotSent() throws Exception {
        var signer =
                new Holder(Nonces.CLIENT.publicKey()) {
                    @Override
                    public Signature sign(byte[] message) {
                        return Nonces.OTHER_CIRCLE.sign(message);
                    }
                };

        assertThatThrownBy(builder().signer(signer)::connect)
                .isInstanceOf(IllegalStateException.class);
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void whatWasSignedTooLateIsNotSent() throws Exception {
        fake.spoilLines(lines -> lines.set(7, "expires: 2026-11-20T12:00:01Z"));
        var signer =
                new Holder(Nonces.CLIENT.publicKey()) {
                    @Override
                    public Signature sign(byte[] message) {
                        LockSupport.parkNanos(Duration.ofMillis(1200).toNanos());
                        return Nonces.CLIENT.sign(message);
                    }
                };

        assertThatThrownBy(builder().signer(signer)::connect)
                .isInstanceOf(SignerUnavailableException.class)
                .hasMessageContaining("took longer");
        assertNothingWasSignedAndTheConnectionIsClosed();
    }

    @Test
    void aSignerIsGivenTheNonceItself() throws Exception {
        var signed = new CompletableFuture<byte[]>();
        var nonces = new CompletableFuture<Nonce>();
        fake.spoilNonce(
                nonce -> {
                    nonces.complete(nonce);
                    return nonce;
                });
        var signer =
                new Holder(Nonces.CLIENT.publicKey()) {
                    @Override
                    public Signature sign(byte[] message) {
                        signed.complete(message);
                        return Nonces.CLIENT.sign(message);
                    }
                };

        builder().signer(signer).connect().close();
        assertThat(signed.join()).asString().isEqualTo(nonces.join().nonce());
    }

    private abstract static class Holder implements Signer {
        private final PublicKey key;

        Holder(PublicKey key) {
            this.key = key;
        }

        @Override
        public PublicKey publicKey() {
            return key;
        }
    }
}
