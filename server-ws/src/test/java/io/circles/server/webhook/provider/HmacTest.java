package io.circles.server.webhook.provider;

import static io.circles.server.webhook.provider.Deliveries.OTHER;
import static io.circles.server.webhook.provider.Deliveries.bytes;
import static io.circles.server.webhook.provider.Deliveries.delivery;
import static io.circles.server.webhook.provider.Deliveries.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import io.circles.protocol.Json;
import io.circles.server.webhook.provider.Hmac.Encoding;
import io.circles.server.webhook.provider.Hmac.Hash;
import io.circles.server.webhook.provider.Hmac.SignedTime;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signatures of others, with the vectors of GitHub's and Slack's documentation.
class HmacTest {
    private static final Hmac GITHUB =
            hmac("X-Hub-Signature-256", "sha256=", Encoding.HEX, Hash.SHA256, Optional.empty());
    private static final String GITHUB_SECRET = "It's a Secret to Everybody";
    private static final String GITHUB_RIGHT =
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    private static final Hmac SLACK =
            hmac(
                    "X-Slack-Signature",
                    "v0=",
                    Encoding.HEX,
                    Hash.SHA256,
                    Optional.of(
                            new SignedTime(
                                    "X-Slack-Request-Timestamp",
                                    "v0:{timestamp}:",
                                    Tolerance.DEFAULT)));
    private static final String SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
    private static final String SLACK_BODY =
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
                    + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
                    + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
                    + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                    + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    private static final String SLACK_RIGHT =
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    private static final Instant SLACK_TIME = Instant.ofEpochSecond(1_531_420_618);

    private static Hmac hmac(
            String header,
            String prefix,
            Encoding encoding,
            Hash digest,
            Optional<SignedTime> time) {
        return new Hmac(header, prefix, encoding, digest, time, Optional.empty(), Optional.empty());
    }

    private static Verdict github(String signature) {
        return verdict(
                GITHUB, delivery("Hello, World!", "X-Hub-Signature-256", signature), GITHUB_SECRET);
    }

    private static Delivery slack(String time, String signature) {
        return delivery(
                SLACK_BODY, "X-Slack-Request-Timestamp", time, "X-Slack-Signature", signature);
    }

    @Test
    void theVectorOfGithubsDocumentationIsGenuine() {
        assertThat(github(GITHUB_RIGHT)).isEqualTo(Verdict.GENUINE);
        assertThat(github(GITHUB_RIGHT.toUpperCase(Locale.ROOT).replace("SHA256", "sha256")))
                .isEqualTo(Verdict.GENUINE);
        assertThat(
                        GITHUB.sign(
                                bytes("Hello, World!"),
                                GITHUB.key(GITHUB_SECRET),
                                "",
                                Instant.EPOCH))
                .containsExactlyEntriesOf(Map.of("X-Hub-Signature-256", GITHUB_RIGHT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256=", "sha1=RIGHT", "RIGHT", "sha256=RIGHT, sha256=RIGHT"})
    void anotherFormIsNoSignature(String form) {
        String hex = GITHUB_RIGHT.substring("sha256=".length());

        assertThat(github(form.replace("RIGHT", hex))).isNotEqualTo(Verdict.GENUINE);
    }

    @Test
    void theVectorOfSlacksDocumentationIsGenuineWithinItsTime() {
        assertThat(verdict(SLACK, slack("1531420618", SLACK_RIGHT), SLACK_TIME, SLACK_SECRET))
                .isEqualTo(Verdict.GENUINE);
        assertThat(verdict(SLACK, slack("1531420618", SLACK_RIGHT), SLACK_TIME, OTHER))
                .isEqualTo(Verdict.WRONG_SIGNATURE);
        assertThat(SLACK.sign(bytes(SLACK_BODY), SLACK.key(SLACK_SECRET), "", SLACK_TIME))
                .containsEntry("X-Slack-Signature", SLACK_RIGHT)
                .containsEntry("X-Slack-Request-Timestamp", "1531420618");
    }

    @ParameterizedTest
    @CsvSource({
        "1531420618,301,WRONG_TIME",
        "1531420618,-301,WRONG_TIME",
        "1531420619,0,WRONG_SIGNATURE",
        "'',0,NO_SIGNATURE",
        "'1531420618, 1531420618',0,NO_SIGNATURE"
    })
    void whereTheTimeIsSignedItMustBeRight(String time, long offset, Verdict verdict) {
        assertThat(
                        verdict(
                                SLACK,
                                slack(time, SLACK_RIGHT),
                                SLACK_TIME.plusSeconds(offset),
                                SLACK_SECRET))
                .isEqualTo(verdict);
    }

    @Test
    void base64AndSha512AreKnownToo() {
        Hmac other = hmac("X-Sign", "", Encoding.BASE64, Hash.SHA512, Optional.empty());
        // by OpenSSL: openssl dgst -sha512 -hmac "signing key of a test" -binary | base64 -w0
        String right =
                "Cw2B9BQnZMjEUUcSkxqZdpSTW4rlAiRr7JMNN7UIiKTch1KsngNLLdEStvOAC5C6be2NPTVKqp2P5h7KZw/1Tg==";

        assertThat(verdict(other, delivery("{\"a\":1}", "X-Sign", right), "signing key of a test"))
                .isEqualTo(Verdict.GENUINE);
        assertThat(
                        other.sign(
                                bytes("{\"a\":1}"),
                                bytes("signing key of a test"),
                                "",
                                Instant.EPOCH))
                .containsEntry("X-Sign", right);
    }

    @Test
    void whatIsSignedNamesTheEventAndNoHeaderDoes() throws Exception {
        Hmac named =
                new Hmac(
                        "X-Sign",
                        "",
                        Encoding.HEX,
                        Hash.SHA256,
                        Optional.empty(),
                        Optional.of(JsonPointer.compile("/event/id")),
                        Optional.of(JsonPointer.compile("/event/kind")));
        String body = "{\"event\":{\"id\":17,\"kind\":\"paid\"}}";

        assertThat(named.identify(delivery(body), Json.parse(body)))
                .isEqualTo(new Identity("17", "paid", Optional.empty()));
        assertThat(GITHUB.identify(delivery(body, "X-GitHub-Delivery", "a"), Json.parse(body)))
                .isEqualTo(
                        GITHUB.identify(
                                delivery(body, "X-GitHub-Delivery", "b"), Json.parse(body)));
        assertThatThrownBy(() -> named.identify(delivery("{}"), Json.parse("{}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/event/id");
        assertThat(GITHUB.signsTime()).isFalse();
        assertThat(SLACK.signsTime()).isTrue();
    }

    @Test
    void aTimeMustStandInWhatIsSignedOnce() {
        assertThatThrownBy(() -> new SignedTime("X-Time", "v0:", Tolerance.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new SignedTime("X-Time", "{timestamp}{timestamp}", Tolerance.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
