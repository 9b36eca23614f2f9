package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.circles.protocol.CircleApi.Nonce;
import io.circles.protocol.crypto.PublicKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NonceCheckTest {
    private static final String ORIGIN = "ws://127.0.0.1:9001";
    private static final String CHALLENGE = "c4".repeat(32);

    private final List<String> lines = Nonces.lines(ORIGIN, Nonces.CLIENT.publicKey(), CHALLENGE);

    private static NonceCheck check(String address, @Nullable PublicKey circle) {
        return new NonceCheck(
                Endpoint.of(URI.create(address)), circle, Nonces.CLIENT.publicKey(), CHALLENGE);
    }

    private static NonceCheck check() {
        return check(ORIGIN, Nonces.CIRCLE.publicKey());
    }

    private UntrustedCircleException refused() {
        Nonce nonce = Nonces.proven(Nonces.CIRCLE, lines);
        return refused(check(), nonce);
    }

    private static UntrustedCircleException refused(NonceCheck check, Nonce nonce) {
        return catchThrowableOfType(UntrustedCircleException.class, () -> check.check(nonce));
    }

    @Test
    void aNonceForThisClientAtThisCircleMayBeSigned() {
        assertThat(check().check(Nonces.proven(Nonces.CIRCLE, lines)))
                .returns(Nonces.CIRCLE.publicKey(), NonceCheck.Checked::circle)
                .returns(Instant.parse("2026-11-20T12:00:00Z"), NonceCheck.Checked::issued);
    }

    @Test
    void aCircleThatNobodyNamedIsBelievedOnceItProvesItsKey() {
        assertThat(check(ORIGIN, null).check(Nonces.proven(Nonces.CIRCLE, lines)).circle())
                .isEqualTo(Nonces.CIRCLE.publicKey());
        assertThat(refused(check(ORIGIN, null), Nonces.proven(Nonces.OTHER_CIRCLE, lines)).line())
                .isEqualTo("proof");
    }

    @ParameterizedTest
    @CsvSource({
        "0, circles authentication v2, purpose",
        "0, Transfer everything, purpose",
        "1, origin: ws://127.0.0.1:9002, origin",
        "1, origin: wss://127.0.0.1:9001, origin",
        "1, origin: ws://localhost:9001, origin",
        "1, origin: ws://127.0.0.1:9001/, origin",
        "1, origin: ws://127.0.0.1:9001@evil.example, origin",
        "1, origin:ws://127.0.0.1:9001, origin",
        "1, Origin: ws://127.0.0.1:9001, origin",
        "3, 'connection: ', connection",
        "3, connection: a b, connection",
        "4, pubkey: 02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5, pubkey",
        "5, challenge: 00, challenge",
        "6, issued: yesterday, issued",
        "6, issued: 2026-13-20T12:00:00Z, issued",
        "6, issued: 2026-11-20T12:00:00.5Z, issued",
        "7, expires: 2026-11-20T12:10:01Z, expires",
        "7, expires: 2026-11-20T12:00:00Z, expires",
        "7, expires: 2026-11-20T11:59:00Z, expires",
        "7, expires: 2026-11-20T12:01:00+00:00, expires",
        "8, nonce: 5f, nonce",
    })
    void aWrongLineIsNamedAndNotSigned(int index, String line, String name) {
        lines.set(index, line);

        assertThat(refused().line()).isEqualTo(name);
    }

    @Test
    void aWrongLineIsSaidWithWhatWasExpectedAndWhatCame() {
        lines.set(1, "origin: wss://bank.example");

        assertThat(refused())
                .hasMessage(
                        "nothing was signed: in the text to sign, origin should be ws://127.0.0.1:9001,"
                                + " but is \"wss://bank.example\"")
                .returns("ws://127.0.0.1:9001", UntrustedCircleException::expected)
                .returns("\"wss://bank.example\"", UntrustedCircleException::actual);
    }

    @Test
    void theKeyOfAnotherCircleIsNotSigned() {
        lines.set(2, "circle: " + Nonces.OTHER_CIRCLE.publicKey());

        assertThat(refused(check(), Nonces.proven(Nonces.OTHER_CIRCLE, lines)).line())
                .isEqualTo("circle");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02",
                "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
            })
    void aCircleKeyInAnotherFormThanTheCanonicalIsNotSigned(String key) {
        lines.set(2, "circle: " + key);

        assertThat(refused(check(ORIGIN, null), Nonces.proven(Nonces.CIRCLE, lines)).line())
                .isEqualTo("circle");
    }

    @Test
    void aMissingLineIsNamed() {
        lines.remove(5);

        assertThat(refused().line()).isEqualTo("challenge");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void aLineMoreIsRefusedWhereverItStands(int index) {
        lines.add(index, "amount: 1000");

        assertThat(refused()).isNotNull();
    }

    @Test
    void aLineFeedAtTheEndIsRefused() {
        lines.add("");

        assertThat(refused().line()).isEqualTo("the end");
    }

    @Test
    void otherLineEndsAndForeignLettersAreRefusedAndNotRepeatedRaw() {
        lines.set(1, "origin: " + ORIGIN + "\r");
        assertThat(refused().actual()).isEqualTo('"' + ORIGIN + "?\"");

        lines.set(1, "origin: ws://127.0.0.1\u202e:9001" + "x".repeat(10_000));
        assertThat(refused().actual()).hasSizeLessThan(250).contains("127.0.0.1?");
    }

    @Test
    void anEmptyTextIsRefused() {
        Nonce empty = new Nonce("", 0, "");

        assertThat(refused(check(), empty).line()).isEqualTo("purpose");
    }

    @Test
    void aProofByAnotherKeyOrOverAnotherTextOrInAnotherFormIsNone() {
        Nonce good = Nonces.proven(Nonces.CIRCLE, lines);
        byte[] text = good.nonce().getBytes(StandardCharsets.UTF_8);
        List<String> proofs =
                List.of(
                        Nonces.proven(Nonces.OTHER_CIRCLE, lines).proof(),
                        Nonces.CIRCLE.sign(text).hex(),
                        good.proof() + "1b",
                        HexFormat.of().formatHex(new byte[64]),
                        "no signature",
                        "");

        for (String proof : proofs) {
            Nonce nonce = new Nonce(good.nonce(), good.expiresAt(), proof);
            assertThat(refused(check(), nonce).line()).as(proof).isEqualTo("proof");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ws://Example.com, ws://example.com",
        "ws://example.com:80/, ws://example.com",
        "wss://example.com, wss://example.com:443",
        "wss://example.com:9443/shop, wss://example.com:9443",
        "ws://[::1]:9001, ws://[::1]:9001",
    })
    void standardPortsAndCaseMakeNoDifference(String dialed, String origin) {
        lines.set(1, "origin: " + origin);

        assertThatCode(() -> check(dialed, null).check(Nonces.proven(Nonces.CIRCLE, lines)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"2026-11-20T12:00:01Z", "2026-11-20T12:10:00Z"})
    void theLifeIsJudgedByTheTextAndNotByThisClock(String expires) {
        lines.set(7, "expires: " + expires);

        assertThatCode(() -> check().check(Nonces.proven(Nonces.CIRCLE, lines)))
                .doesNotThrowAnyException();
    }
}
