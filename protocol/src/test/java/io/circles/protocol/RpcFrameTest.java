package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.circles.protocol.RpcFrame.Malformed;
import io.circles.protocol.RpcMessage.Failure;
import io.circles.protocol.RpcMessage.Notification;
import io.circles.protocol.RpcMessage.Request;
import io.circles.protocol.RpcMessage.Success;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RpcFrameTest {
    private static final int MOST = 3;
    private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}";

    private static RpcFrame.Item only(String text) {
        RpcFrame frame = RpcFrame.parse(text, MOST);
        assertThat(frame.batch()).isFalse();
        assertThat(frame.items()).hasSize(1);
        return frame.items().getFirst();
    }

    private static ErrorCode refusal(String text) {
        try {
            RpcFrame.parse(text, MOST);
        } catch (CircleException e) {
            return e.code();
        }
        throw new AssertionError("was taken: " + text);
    }

    @Test
    void theFourKindsOfMessagesAreToldApart() {
        assertThat(only(CALL)).isInstanceOf(Request.class);
        assertThat(only("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[]}"))
                .isEqualTo(new Notification("m", Json.array()));
        assertThat(only("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}"))
                .isInstanceOf(Success.class);
        assertThat(
                        only(
                                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"
                                        + "\"message\":\"no\"}}"))
                .isEqualTo(new Failure(RpcId.NULL, new RpcError(-32700, "no", null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-0",
                "1.0",
                "1e2",
                "1E-400",
                "99999999999999999999999",
                "null",
                "\"\""
            })
    void idsAreKeptToTheLetter(String id) {
        Request request = (Request) only(CALL.replace("\"id\":1", "\"id\":" + id));
        assertThat(request.id().json()).isEqualTo(id);
        assertThat(new Success(request.id(), Json.text("ok")).encode())
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"result\":\"ok\",\"id\":" + id + "}");
    }

    @Test
    void membersMayComeInAnyOrderAndUnknownOnesArePassedOver() {
        Request request =
                (Request)
                        only(
                                "{\"params\":{\"a\":[1,{\"b\":2}]},\"more\":{\"id\":[9]},"
                                        + "\"method\":\"m\",\"id\":\"x\",\"jsonrpc\":\"2.0\"}");
        assertThat(request.id()).isEqualTo(RpcId.of("x"));
        assertThat(Json.write(request.params())).isEqualTo("{\"a\":[1,{\"b\":2}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "7",
                "\"text\"",
                "true",
                "null",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":\"p\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"m\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":{\"code\":1,\"message\":\"\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"1\",\"message\":\"\"}}",
                "{\"jsonrpc\":\"2.0\",\"result\":1}"
            })
    void jsonThatIsNoMessageIsMalformed(String text) {
        Malformed malformed = (Malformed) only(text);
        assertThat(malformed.problem().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aMalformedMessageKeepsTheIdThatCouldBeRead() {
        Malformed malformed = (Malformed) only("{\"id\":\"mine\",\"method\":\"m\"}");
        assertThat(malformed.id()).isEqualTo(RpcId.of("mine"));
    }

    @Test
    void oneBadItemDoesNotSpoilABatch() {
        RpcFrame frame = RpcFrame.parse("[" + CALL + ",[[1]]," + CALL + "]", MOST);
        assertThat(frame.batch()).isTrue();
        assertThat(frame.items())
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(Request.class),
                        second -> assertThat(second).isInstanceOf(Malformed.class),
                        third -> assertThat(third).isInstanceOf(Request.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PARSE_ERROR",
                "' ' | PARSE_ERROR",
                "{ | PARSE_ERROR",
                "{} {} | PARSE_ERROR",
                "[{}] x | PARSE_ERROR",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"m\"} | PARSE_ERROR",
                "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":1,\"a\":2}} | PARSE_ERROR",
                "{\"id\":NaN} | PARSE_ERROR",
                "{'id':1} | PARSE_ERROR",
                "{\"id\":01} | PARSE_ERROR",
                "[] | INVALID_REQUEST",
                "[1,2,3,4] | BATCH_TOO_BIG"
            })
    void aFrameThatCannotBeReadIsRefusedAsAWhole(String text, ErrorCode code) {
        assertThat(refusal(text)).isEqualTo(code);
    }

    @Test
    void aBatchThatIsTooBigSaysHowBigItMayBe() {
        assertThatExceptionOfType(CircleException.class)
                .isThrownBy(() -> RpcFrame.parse("[1,2,3,4]", MOST))
                .satisfies(e -> assertThat(e.error().data().path("limit").asInt()).isEqualTo(MOST));
    }

    @Test
    void nestingIsBounded() {
        String deep = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
        String call = CALL.replace("}", ",\"params\":%s}");
        String inside = deep.substring(1, deep.length() - 1);
        assertThat(only(call.formatted(inside))).isInstanceOf(Request.class);
        assertThat(refusal(call.formatted(deep))).isEqualTo(ErrorCode.PARSE_ERROR);
        assertThat(refusal("[".repeat(100_000))).isEqualTo(ErrorCode.PARSE_ERROR);
    }

    @Test
    void aParseErrorNamesThePlaceAndRepeatsNothing() {
        assertThatExceptionOfType(CircleException.class)
                .isThrownBy(() -> RpcFrame.parse("{\n \"secret\": sesame}", MOST))
                .satisfies(
                        e -> {
                            assertThat(e.error().data().path("line").asInt()).isEqualTo(2);
                            assertThat(e.error().data().path("column").asInt()).isPositive();
                            assertThat(e.getMessage()).doesNotContain("secret");
                        });
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Failure failure =
                new Failure(
                        RpcId.of(7), new CircleException(ErrorCode.BUSY).with("a", "b\n").error());
        assertThat(only(failure.encode())).isEqualTo(failure);
        Request request = new Request(RpcId.of("é\""), "m", Json.object().put("n", 1));
        assertThat(only(request.encode())).isEqualTo(request);
        assertThat(request.encode()).doesNotContain("\n");
    }

    @RepeatedTest(500)
    void anyTextIsReadOrRefused(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder text = new StringBuilder(CALL);
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.setCharAt(
                    random.nextInt(text.length()), "{}[]\",:0e.n \\u".charAt(random.nextInt(14)));
        }
        try {
            assertThat(RpcFrame.parse(text.toString(), MOST).items()).isNotEmpty();
        } catch (CircleException refused) {
            assertThat(refused.code())
                    .isIn(
                            ErrorCode.PARSE_ERROR,
                            ErrorCode.INVALID_REQUEST,
                            ErrorCode.BATCH_TOO_BIG);
        }
    }

    @Test
    void halfASurrogatePairInAnIdComesBackAsItCame() {
        Request request = (Request) only(CALL.replace("\"id\":1", "\"id\":\"\\ud800\""));
        assertThat(new Success(request.id(), Json.text("ok")).encode()).contains("\"\\uD800\"");
    }

    @Test
    void aParseErrorDoesNotSpeakOfTheLibrary() {
        assertThatExceptionOfType(CircleException.class)
                .isThrownBy(() -> RpcFrame.parse("{\"a\":[1", MOST))
                .satisfies(
                        e -> assertThat(e.getMessage()).doesNotContain("Source", "start marker"));
    }
}
