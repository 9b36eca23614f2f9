package io.circles.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignCheckTest {
    private final SignCheck check =
            new SignCheck(Nonces.CIRCLE.publicKey(), () -> SignRequests.NOW);

    private SignRequest checked(Consumer<ObjectNode> change) {
        ObjectNode wire = SignRequests.wire("r1");
        change.accept(wire);
        return check.check(wire);
    }

    private void refused(String reason, Consumer<ObjectNode> change) {
        assertThatIllegalArgumentException().isThrownBy(() -> checked(change)).withMessage(reason);
    }

    @Test
    void theDigestIsComputedHereWithTheKeyThatTheCircleHasProven() {
        assertThat(checked(wire -> {}).digest())
                .isEqualTo(HexFormat.of().parseHex(SignRequests.DIGEST));
        var other = new SignCheck(Nonces.OTHER_CIRCLE.publicKey(), () -> SignRequests.NOW);
        assertThat(other.check(SignRequests.wire("r1")).digest())
                .isNotEqualTo(HexFormat.of().parseHex(SignRequests.DIGEST));
    }

    @Test
    void whatANewerCircleSaysBesidesIsPassedOver() {
        assertThat(checked(wire -> wire.put("colour", "blue")).id()).isEqualTo("r1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "message",
                "content_type",
                "display",
                "requester",
                "expires_at",
                "digest"
            })
    void everyFieldMustBeThereAndOfItsKind(String field) {
        String reason = "it is not as the protocol says";
        refused(reason, wire -> wire.remove(field));
        refused(reason, wire -> wire.putNull(field));
        refused(reason, wire -> wire.set(field, Json.object()));
        refused(reason, wire -> wire.put(field, 1.5));
    }

    @ParameterizedTest
    @CsvSource({"content_type, content type, 255", "display, display, 10000"})
    void textsAreBounded(String field, String name, int most) {
        assertThat(checked(wire -> wire.put(field, "x".repeat(most)))).isNotNull();
        refused("its " + name + " is too long", wire -> wire.put(field, "x".repeat(most + 1)));
    }

    @Test
    void theRequesterAndTheMessageAreBounded() {
        refused(
                "its requester is too long",
                wire -> wire.put("digest", "sha256").put("requester", "x".repeat(129)));
        byte[] most = new byte[1 << 20];
        assertThat(checked(message(most)).message()).hasSize(most.length);
        refused("its message is too long", message(new byte[most.length + 3]));
    }

    private static Consumer<ObjectNode> message(byte[] message) {
        return wire -> wire.put("message", SignRequests.base64(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pay bob", "cGF5IGJvYg=", "cGF5\nIGJvYg==", "cGF5IGJvYg==x"})
    void aMessageIsBase64(String text) {
        refused("its message is not base64", wire -> wire.put("message", text));
    }

    @Test
    void whatThisProtocolHasSignedItselfIsNeverSigned() {
        String reason = "its message is one that only this protocol itself has signed";
        String tag = "ac364e858060c892625ed0772f61de4a53b0aadc6e16b46d540a6d858a35bf29";
        for (SignDigest digest : SignDigest.values()) {
            refused(reason, reserved(digest, "circles authentication v1\n".getBytes(UTF_8)));
            refused(reason, reserved(digest, HexFormat.of().parseHex(tag + tag)));
        }
    }

    private static Consumer<ObjectNode> reserved(SignDigest digest, byte[] message) {
        return wire ->
                wire.put("digest", digest.word()).put("message", SignRequests.base64(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHA256", "sha512", "none"})
    void aDigestThatIsNotKnownIsRefused(String digest) {
        refused("its digest is not known", wire -> wire.put("digest", digest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "webhook",
                "0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
                "02C6047F9441ED7D6D3045406E95C07CD85C778E4B8CEF3CA7ABAC09B95C709EE5",
                "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee6",
            })
    void aTaggedDigestNeedsTheRequestersKeyAsItIsShown(String requester) {
        refused(
                "its digest needs the requester's key in hex",
                wire -> wire.put("requester", requester));
        assertThat(checked(wire -> wire.put("requester", requester).put("digest", "sha256")))
                .returns(requester, SignRequest::requester);
    }

    @Test
    void aRequestCountsForALittleLongerThanTheCirclesClockSays() {
        long end = SignRequests.NOW.minus(SignCheck.LENIENCY).getEpochSecond();

        assertThat(checked(wire -> wire.put("expires_at", end + 1))).isNotNull();
        refused("it has expired", wire -> wire.put("expires_at", end));
        refused("it has expired", wire -> wire.put("expires_at", 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 253402300800L})
    void anExpiryIsATime(long seconds) {
        refused("its expiry is no time", wire -> wire.put("expires_at", seconds));
    }

    @Test
    void theLastSecondOfAllIsATime() {
        assertThat(checked(wire -> wire.put("expires_at", 253402300799L)).expiresAt())
                .hasToString("9999-12-31T23:59:59Z");
    }

    @Test
    void whatIsHandedOutCanBeChangedWithoutHarm() {
        SignRequest request = checked(wire -> {});
        request.message()[0] = 0;
        request.digest()[0] = 0;

        assertThat(request.message()).asString(UTF_8).isEqualTo("pay bob 10");
        assertThat(request.digest()).isEqualTo(HexFormat.of().parseHex(SignRequests.DIGEST));
    }
}
