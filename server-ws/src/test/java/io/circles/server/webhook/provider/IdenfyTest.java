package io.circles.server.webhook.provider;

import static io.circles.server.webhook.provider.Deliveries.NOW;
import static io.circles.server.webhook.provider.Deliveries.OTHER;
import static io.circles.server.webhook.provider.Deliveries.SECRET;
import static io.circles.server.webhook.provider.Deliveries.delivery;
import static io.circles.server.webhook.provider.Deliveries.signed;
import static io.circles.server.webhook.provider.Deliveries.verdict;
import static io.circles.server.webhook.provider.Deliveries.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// iDenfy's signatures, in the form that its documentation gives: the hex digits of HMAC-SHA256
/// over the raw body.
class IdenfyTest {
    private static final String BODY =
            "{\"final\":true,\"status\":{\"overall\":\"APPROVED\"},\"scanRef\":\"abc\"}";
    private static final String KEY = "signing key of a test";

    /// By OpenSSL: `openssl dgst -sha256 -hmac "signing key of a test"`.
    private static final String RIGHT =
            "f50d474f4e1aab19e640df0683400f3840453517cd2c8cc1130121c7a0b99663";

    private static final String HEADER = "Idenfy-Signature";
    private static final Idenfy IDENFY = new Idenfy();

    @Test
    void whatOpensslSignsIsGenuine() {
        assertThat(verdict(IDENFY, delivery(BODY, HEADER, RIGHT), KEY)).isEqualTo(Verdict.GENUINE);
        assertThat(verdict(IDENFY, delivery(BODY, HEADER, RIGHT), OTHER, KEY))
                .isEqualTo(Verdict.GENUINE);
        assertThat(signed(IDENFY, KEY, BODY).header(HEADER)).contains(RIGHT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "f50d", "x", "RIGHT, RIGHT", "sha256=RIGHT", "RIGHT0"})
    void anythingElseIsNot(String form) {
        String header = form.replace("RIGHT", RIGHT);

        assertThat(verdict(IDENFY, delivery(BODY, HEADER, header), KEY))
                .isNotEqualTo(Verdict.GENUINE);
    }

    @Test
    void anAlteredBodyAndTheSecretOfAnotherCircleAreWrong() {
        assertThat(verdict(IDENFY, with(signed(IDENFY, SECRET, BODY), BODY + " "), SECRET))
                .isEqualTo(Verdict.WRONG_SIGNATURE);
        assertThat(verdict(IDENFY, signed(IDENFY, SECRET, BODY), OTHER))
                .isEqualTo(Verdict.WRONG_SIGNATURE);
        assertThat(verdict(IDENFY, delivery(BODY), SECRET)).isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void aSignatureNeverAgesSoTheBodyNamesItsEventForEver() throws Exception {
        Delivery delivery = signed(IDENFY, SECRET, BODY);

        assertThat(verdict(IDENFY, delivery, NOW.plus(Duration.ofDays(3_650)), SECRET))
                .isEqualTo(Verdict.GENUINE);
        assertThat(IDENFY.signsTime()).isFalse();
        assertThat(IDENFY.identify(delivery, Json.parse(BODY)).id()).matches("[0-9a-f]{64}");
        assertThat(IDENFY.identify(delivery, Json.parse(BODY)))
                .isEqualTo(IDENFY.identify(delivery(BODY), Json.parse(BODY)))
                .isNotEqualTo(IDENFY.identify(delivery(BODY + " "), Json.parse(BODY)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{\"status\":{\"overall\":\"DENIED\"}}`,DENIED",
                "`{\"status\":\"COMPLETED\"}`,COMPLETED",
                "`{\"status\":{}}`,``",
                "`{\"status\":7}`,``",
                "`[]`,``"
            })
    void theTypeIsWhatTheSignedBodySays(String body, String type) throws Exception {
        assertThat(IDENFY.identify(delivery(body), Json.parse(body)).type()).isEqualTo(type);
    }
}
