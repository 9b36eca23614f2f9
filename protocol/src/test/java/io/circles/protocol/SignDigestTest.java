package io.circles.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.crypto.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignDigestTest {
    private static final String TAG =
            "ac364e858060c892625ed0772f61de4a53b0aadc6e16b46d540a6d858a35bf29";
    private static final PublicKey CIRCLE =
            PublicKey.parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final PublicKey REQUESTER =
            PublicKey.parse("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    private static final byte[] MESSAGE = "pay bob 10".getBytes(UTF_8);

    private static String digest(
            SignDigest kind, PublicKey circle, PublicKey requester, String type, String display) {
        var context = new SignDigest.Context(circle, requester, type, display);
        return HexFormat.of().formatHex(kind.digest(MESSAGE, context));
    }

    private static String tagged(
            PublicKey circle, PublicKey requester, String type, String display) {
        return digest(SignDigest.TAGGED, circle, requester, type, display);
    }

    /// Computed with `printf`, `xxd -r -p` and `openssl dgst -sha256` alone.
    @Test
    void theTaggedDigestIsWhatOpensslMakesOfItsParts() {
        assertThat(tagged(CIRCLE, REQUESTER, "text/plain", "Pay 10 € to Bob"))
                .isEqualTo("4eaf59890dbd8b08ffab35f27e83c13157efe06ae1ec72b6ba172ab14f873448");
    }

    @Test
    void thePlainDigestIsThatOfTheMessageWhateverSurroundsIt() {
        assertThat(digest(SignDigest.SHA256, CIRCLE, REQUESTER, "text/plain", "a"))
                .isEqualTo(digest(SignDigest.SHA256, REQUESTER, CIRCLE, "", ""))
                .isEqualTo("ad570e780a71b20ff7cec8a2a0545aa45b9f23e24b90724cb369521caaf7c71f");
    }

    @Test
    void theTaggedDigestBindsAllThatSurroundsTheMessage() {
        assertThat(tagged(CIRCLE, REQUESTER, "text/plain", "a"))
                .isNotEqualTo(tagged(REQUESTER, REQUESTER, "text/plain", "a"))
                .isNotEqualTo(tagged(CIRCLE, CIRCLE, "text/plain", "a"))
                .isNotEqualTo(tagged(CIRCLE, REQUESTER, "text/plai", "na"))
                .isNotEqualTo(tagged(CIRCLE, REQUESTER, "text/plain", "b"));
    }

    @Test
    void aDigestIsKnownByItsNameAndNoOther() {
        assertThat(SignDigest.of("sha256")).contains(SignDigest.SHA256);
        assertThat(SignDigest.of("tagged")).contains(SignDigest.TAGGED);
        assertThat(SignDigest.of("SHA256")).isEmpty();
        assertThat(SignDigest.of("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "circles ",
                "circles authentication v1\norigin: ws://a",
                "circles proof v1\n"
            })
    void whatBeginsAsTheProtocolsOwnTextsIsReserved(String text) {
        assertThat(SignDigest.isReserved(text.getBytes(UTF_8))).isTrue();
    }

    /// A plain digest of the preimage of a tagged one is that tagged one.
    @Test
    void whatIsHashedForATaggedDigestIsReserved() {
        byte[] preimage = HexFormat.of().parseHex(TAG + TAG + CIRCLE.hex());

        assertThat(SignDigest.isReserved(preimage)).isTrue();
        assertThat(SignDigest.isReserved(Arrays.copyOf(preimage, 32))).isTrue();
        assertThat(SignDigest.isReserved(Arrays.copyOf(preimage, 31))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "circles", "circle s", "Circles ", " circles ", "my circles are"})
    void otherMessagesAreNotReserved(String text) {
        assertThat(SignDigest.isReserved(text.getBytes(UTF_8))).isFalse();
    }
}
