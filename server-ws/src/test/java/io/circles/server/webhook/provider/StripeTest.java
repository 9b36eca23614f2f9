package io.circles.server.webhook.provider;

import static io.circles.server.webhook.provider.Deliveries.NOW;
import static io.circles.server.webhook.provider.Deliveries.OTHER;
import static io.circles.server.webhook.provider.Deliveries.SECRET;
import static io.circles.server.webhook.provider.Deliveries.delivery;
import static io.circles.server.webhook.provider.Deliveries.signed;
import static io.circles.server.webhook.provider.Deliveries.verdict;
import static io.circles.server.webhook.provider.Deliveries.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.net.Webhook.Signature;
import com.stripe.net.Webhook.Util;
import io.circles.protocol.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Stripe's signatures, made and checked by Stripe's own library.
class StripeTest {
    private static final String BODY = "{\"id\":\"evt_1\",\"type\":\"charge.succeeded\",\"ä\":1}";
    private static final String HEADER = "Stripe-Signature";
    private static final Stripe STRIPE = new Stripe(Tolerance.DEFAULT);
    private static final long TIME = NOW.getEpochSecond();

    private static String v1(String secret, long time, String body) {
        try {
            return Util.computeHmacSha256(secret, time + "." + body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String header(String secret, long time) {
        return "t=%d,v1=%s".formatted(time, v1(secret, time, BODY));
    }

    private static Verdict verdictOf(String header) {
        return verdict(STRIPE, delivery(BODY, HEADER, header), SECRET);
    }

    @Test
    void whatStripesLibrarySignsIsGenuine() {
        assertThat(verdictOf(header(SECRET, TIME))).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void whatWeSignStripesLibraryAccepts() throws Exception {
        String ours = signed(STRIPE, SECRET, BODY).header(HEADER).orElseThrow();

        assertThat(Signature.verifyHeader(BODY, ours, SECRET, 0)).isTrue();
    }

    @Test
    void theHeadersNameHasNoCase() {
        assertThat(
                        verdict(
                                STRIPE,
                                delivery(BODY, "stripe-SIGNATURE", header(SECRET, TIME)),
                                SECRET))
                .isEqualTo(Verdict.GENUINE);
    }

    @Test
    void anyOfSeveralSecretsIsGoodWhileOneIsReplaced() {
        assertThat(verdict(STRIPE, delivery(BODY, HEADER, header(OTHER, TIME)), SECRET, OTHER))
                .isEqualTo(Verdict.GENUINE);
    }

    @Test
    void anyOfManySignaturesIsGoodWhereverItStands() {
        String wrong = "v1=" + "0".repeat(64) + ",";
        String right = "v1=" + v1(SECRET, TIME, BODY);

        assertThat(verdictOf("t=" + TIME + "," + wrong.repeat(50) + right))
                .isEqualTo(Verdict.GENUINE);
        assertThat(verdictOf(right + "," + wrong + "t=" + TIME)).isEqualTo(Verdict.GENUINE);
        assertThat(verdictOf("t=" + TIME + "," + wrong.repeat(100) + right))
                .isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void aSecretOfAnotherCircleIsWrong() {
        assertThat(verdictOf(header(OTHER, TIME))).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @Test
    void anAlteredBodyIsWrongEvenIfItMeansTheSame() {
        assertThat(
                        verdict(
                                STRIPE,
                                with(delivery(BODY, HEADER, header(SECRET, TIME)), BODY + "\n"),
                                SECRET))
                .isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @Test
    void anAlteredTimeIsWrong() {
        String header = header(SECRET, TIME).replace("t=" + TIME, "t=" + (TIME + 1));

        assertThat(verdictOf(header)).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(longs = {-299, 0, 300})
    void withinFiveMinutesTheTimeIsRight(long offset) {
        assertThat(verdictOf(header(SECRET, TIME + offset))).isEqualTo(Verdict.GENUINE);
    }

    @ParameterizedTest
    @ValueSource(longs = {-301, 301, -86_400, 86_400 * 365L})
    void outsideFiveMinutesBothWaysItIsWrong(long offset) {
        assertThat(verdictOf(header(SECRET, TIME + offset))).isEqualTo(Verdict.WRONG_TIME);
    }

    @Test
    void theToleranceCanBeAnother() {
        Stripe patient = new Stripe(new Tolerance(Duration.ofHours(1)));

        assertThat(
                        verdict(
                                patient,
                                delivery(BODY, HEADER, header(SECRET, TIME - 3_600)),
                                Instant.ofEpochSecond(TIME),
                                SECRET))
                .isEqualTo(Verdict.GENUINE);
        assertThatThrownBy(() -> new Tolerance(Duration.ofDays(2)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "t",
                "v1",
                ",,,",
                "t=TIME",
                "v1=RIGHT",
                "t=,v1=RIGHT",
                "t=-1,v1=RIGHT",
                "t=1e9,v1=RIGHT",
                "t=9999999999999,v1=RIGHT",
                "t=TIME,v0=RIGHT",
                "t=TIME,V1=RIGHT",
                "t=TIME,v1=",
                "t=TIME,v1=zz",
                "t=TIME,v2=RIGHT",
                "t=TIME;v1=RIGHT"
            })
    void whatIsNoSignatureOfTheSchemeIsNone(String form) {
        String header =
                form.replace("TIME", Long.toString(TIME)).replace("RIGHT", v1(SECRET, TIME, BODY));

        assertThat(verdictOf(header)).isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void withoutTheHeaderThereIsNoSignature() {
        assertThat(verdict(STRIPE, delivery(BODY), SECRET)).isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void twoHeadersAreNone() {
        String twice = header(SECRET, TIME) + ", " + header(SECRET, TIME);

        assertThat(verdictOf(twice)).isEqualTo(Verdict.NO_SIGNATURE);
    }

    @Test
    void aSignatureOfASchemeThatIsOldCountsForNothingBesideARightOne() {
        String v0 = ",v0=" + "0".repeat(64);

        assertThat(verdictOf(header(SECRET, TIME) + v0)).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void itsEventsHaveAnIdATypeAndATime() throws Exception {
        Identity identity =
                STRIPE.identify(
                        delivery(""),
                        Json.parse("{\"id\":\"evt_1\",\"type\":\"a.b\",\"created\":1795176000}"));

        assertThat(identity.id()).isEqualTo("evt_1");
        assertThat(identity.type()).isEqualTo("a.b");
        assertThat(identity.created()).contains(Instant.ofEpochSecond(1_795_176_000));
        assertThat(STRIPE.signsTime()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "{\"id\":\"\",\"type\":\"a\"}",
                "{\"id\":7,\"type\":\"a\"}",
                "{\"id\":\"a\"}",
                "{\"type\":\"a\"}"
            })
    void anEventWithoutThemIsMalformed(String body) {
        assertThatThrownBy(() -> STRIPE.identify(delivery(""), Json.parse(body)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimeThatNoDateHasIsNoError() throws Exception {
        Identity identity =
                STRIPE.identify(
                        delivery(""),
                        Json.parse(
                                "{\"id\":\"e\",\"type\":\"a\",\"created\":9223372036854775807}"));

        assertThat(identity.created().orElseThrow().toEpochMilli()).isPositive();
    }

    @Test
    void aSecretHasSixteenBytesAtLeast() {
        assertThatThrownBy(() -> STRIPE.key("short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("short\"");
    }
}
