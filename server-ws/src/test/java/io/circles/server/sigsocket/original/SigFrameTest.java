package io.circles.server.sigsocket.original;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.Signature;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.SignRequest;
import io.circles.server.transcript.Cast;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigFrameTest {
    private static final KeyPair ALICE = Cast.ALICE.pair();
    private static final byte[] MESSAGE = "pay 10 to bob".getBytes(UTF_8);
    private static final SignRequest REQUEST = request("7", "pay 10 to bob");
    private static final Signature SIGNATURE = ALICE.sign(MESSAGE);
    private static final byte[] DER =
            HexFormat.of()
                    .parseHex("3006020101" + "020102"); // r = 1, s = 2: form, not meaning, is read

    private static SignRequest request(String id, String message) {
        return new SignRequest(
                id,
                ALICE.publicKey(),
                Message.of(message.getBytes(UTF_8)),
                "text/plain",
                "",
                SignDigest.SHA256,
                new Requester("test"),
                Instant.EPOCH,
                Instant.EPOCH,
                "");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static Stream<String> introductions() {
        byte[] key = ALICE.publicKey().bytes();
        return Stream.of(
                HexFormat.of().formatHex(key),
                "0x" + HexFormat.of().withUpperCase().formatHex(key),
                base64(key),
                base64(key) + "\n");
    }

    @ParameterizedTest
    @MethodSource("introductions")
    void aConnectionBeginsWithAKeyInHexOrBase64(String frame) {
        assertThat(SigFrame.introduction(frame)).isEqualTo(ALICE.publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "02", "{\"key\":\"02\"}"})
    void anythingElseIsNoIntroduction(String frame) {
        assertThatIllegalArgumentException().isThrownBy(() -> SigFrame.introduction(frame));
    }

    @Test
    void aRequestIsTheMessageAlone() {
        assertThat(SigFrame.PLAIN.request("7", MESSAGE)).isEqualTo("cGF5IDEwIHRvIGJvYg==");
    }

    @Test
    void aRequestInJsonHasAnId() {
        assertThat(SigFrame.JSON.request("7", MESSAGE))
                .isEqualTo("{\"id\":\"7\",\"message\":\"cGF5IDEwIHRvIGJvYg==\"}");
    }

    static Stream<String> signatures() {
        return Stream.of(
                base64(SIGNATURE.compact()), SIGNATURE.hex(), "0x" + SIGNATURE.hex(), base64(DER));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void anAnswerHasTheMessageAndASignatureInBase64OrHex(String signature) {
        SigFrame.Answer plain = SigFrame.PLAIN.answer(base64(MESSAGE) + "." + signature);
        assertThat(plain.id()).isEmpty();
        assertThat(plain.isFor(REQUEST)).isTrue();
        assertThat(plain.signature()).isEqualTo(Signature.parse(signature));

        SigFrame.Answer json =
                SigFrame.JSON.answer(
                        "{\"id\":\"7\",\"message\":\"%s\",\"signature\":\"%s\",\"more\":1}"
                                .formatted(base64(MESSAGE), signature));
        assertThat(json.id()).contains("7");
        assertThat(json.isFor(REQUEST)).isTrue();
        assertThat(json.isFor(request("8", "pay 10 to bob"))).isFalse();
        assertThat(json.echoes(REQUEST)).isTrue();
        assertThat(json.signature()).isEqualTo(plain.signature());
    }

    @Test
    void anEchoIsComparedByItsBytes() {
        SigFrame.Answer answer =
                SigFrame.PLAIN.answer("cGF5IDEwIHRvIGJvYg." + SIGNATURE.hex() + "\n");

        assertThat(answer.isFor(REQUEST)).isTrue();
        assertThat(answer.isFor(request("7", "pay 10 to Bob"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "cGF5",
                "cGF5.",
                "cGF5.cGF5",
                "cGF5.cGF5.cGF5",
                "{}",
                "[]",
                "null",
                "7",
                "{\"id\":\"7\",\"message\":\"cGF5\"}",
                "{\"id\":7,\"message\":\"cGF5\",\"signature\":\"cGF5\"}",
                "{\"id\":\"7\",\"message\":\"?\",\"signature\":\"cGF5\"}"
            })
    void garbageIsNoAnswerInAnyForm(String frame) {
        for (SigFrame form : SigFrame.values()) {
            assertThatIllegalArgumentException().isThrownBy(() -> form.answer(frame));
        }
    }

    @Test
    void aSignatureWithARecoveryByteIsOverAnotherDigest() {
        String recoverable = SIGNATURE.hex() + "1b";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigFrame.PLAIN.answer(base64(MESSAGE) + "." + recoverable))
                .withMessageContaining("64 bytes");
    }

    @ParameterizedTest
    @EnumSource
    void aFormHasAName(SigFrame form) {
        assertThat(SigFrame.of(form.word())).contains(form);
        assertThat(SigFrame.of(form.name())).isEmpty();
    }
}
