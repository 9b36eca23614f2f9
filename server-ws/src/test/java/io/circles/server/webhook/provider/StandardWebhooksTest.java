package io.circles.server.webhook.provider;

import static io.circles.server.webhook.provider.Deliveries.bytes;
import static io.circles.server.webhook.provider.Deliveries.delivery;
import static io.circles.server.webhook.provider.Deliveries.verdict;
import static io.circles.server.webhook.provider.Deliveries.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signatures as the specification has them, with the vector of its own libraries.
class StandardWebhooksTest {
    private static final StandardWebhooks STANDARD = new StandardWebhooks(Tolerance.DEFAULT);
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_c2VjcmV0LW9mLWFub3RoZXItY2lyY2xl";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIME = "1614265330";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String RIGHT = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);

    private static Verdict verdictOf(String id, String time, String signature) {
        return verdict(STANDARD, vector(id, time, signature), NOW, SECRET);
    }

    private static Delivery vector(String id, String time, String signature) {
        return delivery(
                BODY, "webhook-id", id, "webhook-timestamp", time, "webhook-signature", signature);
    }

    @Test
    void theVectorOfTheSpecificationsLibrariesIsGenuine() {
        assertThat(verdictOf(ID, TIME, RIGHT)).isEqualTo(Verdict.GENUINE);
        assertThat(STANDARD.sign(bytes(BODY), STANDARD.key(SECRET), ID, NOW))
                .containsEntry("webhook-signature", RIGHT)
                .containsEntry("webhook-timestamp", TIME)
                .containsEntry("webhook-id", ID);
    }

    @Test
    void aSecretMayStandWithoutItsPrefixAndSeveralAreGood() {
        Delivery delivery = vector(ID, TIME, RIGHT);

        assertThat(verdict(STANDARD, delivery, NOW, SECRET.substring("whsec_".length())))
                .isEqualTo(Verdict.GENUINE);
        assertThat(verdict(STANDARD, delivery, NOW, OTHER, SECRET)).isEqualTo(Verdict.GENUINE);
        assertThat(verdict(STANDARD, delivery, NOW, OTHER)).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1a,bm90IHRoaXM= RIGHT",
                "v1,bm90IHRoaXM= RIGHT v1,bm90IHRoaXM=",
                "RIGHT RIGHT",
                "v1,, RIGHT",
            })
    void oneOfSeveralSignaturesIsEnough(String form) {
        assertThat(verdictOf(ID, TIME, form.replace("RIGHT", RIGHT))).isEqualTo(Verdict.GENUINE);
    }

    @ParameterizedTest
    @CsvSource({
        "msg_other,1614265330",
        "msg_p5jXN8AQM9LWM0D4loKWxJek,1614265331",
    })
    void idAndTimeAreSigned(String id, String time) {
        assertThat(verdictOf(id, time, RIGHT)).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @Test
    void theBodyIsSigned() {
        assertThat(
                        verdict(
                                STANDARD,
                                with(vector(ID, TIME, RIGHT), BODY.replace(" ", "")),
                                NOW,
                                SECRET))
                .isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @CsvSource({"301,WRONG_TIME", "-301,WRONG_TIME", "300,GENUINE", "-300,GENUINE"})
    void theTimeIsWithinFiveMinutes(long seconds, Verdict verdict) {
        assertThat(verdict(STANDARD, vector(ID, TIME, RIGHT), NOW.plusSeconds(seconds), SECRET))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "'',TIME,RIGHT",
                "a.b,TIME,RIGHT",
                "a b,TIME,RIGHT",
                "ID,'',RIGHT",
                "ID,soon,RIGHT",
                "ID,TIME,''",
                "ID,TIME,'v2,bm90'",
                "ID,TIME,'v1'",
                "ID,TIME,'v1,!'"
            })
    void whatIsOfAnotherFormIsNoSignature(String id, String time, String signature) {
        assertThat(
                        verdictOf(
                                id.replace("ID", ID),
                                time.replace("TIME", TIME),
                                signature.replace("RIGHT", RIGHT)))
                .isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void itsEventsHaveTheIdAndTimeOfTheirHeaders() throws Exception {
        Identity identity =
                STANDARD.identify(
                        vector(ID, TIME, RIGHT), Json.parse("{\"type\":\"user.created\"}"));

        assertThat(identity.id()).isEqualTo(ID);
        assertThat(identity.type()).isEqualTo("user.created");
        assertThat(identity.created()).contains(NOW);
        assertThat(STANDARD.signsTime()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"whsec_", "whsec_!!", "whsec_c2hvcnQ=", "not base64 at all"})
    void aSecretIsBase64OfSixteenBytesAtLeast(String secret) {
        assertThatThrownBy(() -> STANDARD.key(secret)).isInstanceOf(IllegalArgumentException.class);
    }
}
