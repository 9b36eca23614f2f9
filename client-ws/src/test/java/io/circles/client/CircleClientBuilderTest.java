package io.circles.client;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
                .isThrownBy(builder("").maxMessageBytes(1L << 31)::connect);
    }

    @Test
    void anAddressThatIsNoneIsRefusedAtOnce() {
        URI http = URI.create("http://127.0.0.1");

        assertThatIllegalArgumentException().isThrownBy(() -> CircleClient.builder(http));
    }
}
