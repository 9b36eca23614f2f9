package io.circles.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircleClientBuilderTest {
    private static CircleClientBuilder builder(String path) {
        return CircleClient.builder(URI.create("ws://127.0.0.1:1/" + path));
    }

    @Test
    void theAddressAndTheCallerMustMeanTheSameCircle() {
        CircleClientBuilder builder =
                builder(Nonces.CIRCLE.publicKey().hex()).circle(Nonces.OTHER_CIRCLE.publicKey());

        assertThatIllegalArgumentException()
                .isThrownBy(builder::connect)
                .withMessageContaining("the address is that of " + Nonces.CIRCLE.publicKey());
    }

    @Test
    void timeoutsAndLimitsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(builder("").connectTimeout(Duration.ZERO)::connect);
        assertThatIllegalArgumentException()
                .isThrownBy(builder("").requestTimeout(Duration.ofMillis(-1))::connect);
        assertThatIllegalArgumentException().isThrownBy(builder("").maxMessageBytes(0)::connect);
        assertThatIllegalArgumentException()
                .isThrownBy(builder("").keepAlive(Duration.ofMillis(99))::connect);
        assertThatIllegalArgumentException()
                .isThrownBy(builder("").keepAlive(Duration.ofDays(2))::connect);
        assertThatIllegalArgumentException()
                .isThrownBy(builder("").maxMessageBytes(1L << 31)::connect);
    }

    @Test
    void whoeverListensForRequestsToSignNeedsAKeyThatCanSignThem() {
        SignHandler handler = request -> SignDecision.approve();
        Signer loginOnly =
                new Signer() {
                    @Override
                    public PublicKey publicKey() {
                        return Nonces.CLIENT.publicKey();
                    }

                    @Override
                    public Signature sign(byte[] message) {
                        return Nonces.CLIENT.sign(message);
                    }
                };

        assertThatIllegalArgumentException()
                .isThrownBy(builder("").onSignRequest(handler)::connect)
                .withMessage("onSignRequest needs a key: keyPair or signer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder("").signer(loginOnly).onSignRequest(handler))
                .withMessage("onSignRequest needs a DigestSigner, which this signer is not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder("").onSignRequest(handler).signer(loginOnly));
    }

    @Test
    void aReasonIsBounded() {
        assertThat(SignDecision.reject("x".repeat(1000))).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignDecision.reject("x".repeat(1001)));
    }

    @Test
    void anAddressThatIsNoneIsRefusedAtOnce() {
        URI http = URI.create("http://127.0.0.1");

        assertThatIllegalArgumentException().isThrownBy(() -> CircleClient.builder(http));
    }
}
