package io.circles.server.rpc;

import static io.circles.server.rpc.Works.answer;
import static io.circles.server.rpc.Works.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Json;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which answer a frame gets, and whether it gets one.
class RpcEndpointTest {
    private static final RpcLimits LIMITS = new RpcLimits(10, 1_000, 500, 32, 256, 700);

    private final Works works = new Works();
    private final DirectConversation talk =
            TestEndpoints.endpoint(works.methods(8), Cast.CIRCLE, LIMITS);

    @AfterEach
    void stop() {
        talk.close();
    }

    private JsonNode receive() throws InterruptedException {
        String text = talk.receive();
        try {
            return Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("is not JSON: " + text, e);
        }
    }

    private void expectNothingMore() throws InterruptedException {
        talk.send(request("echo", "the end"));
        assertThat(talk.receive()).isEqualTo(answer("the end"));
    }

    private static String batch(String... items) {
        return "[" + String.join(",", items) + "]";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'jsonrpc':'2.0','method':'echo','params':['x']}",
                "{'jsonrpc':'2.0','method':'no such method'}",
                "{'jsonrpc':'2.0','method':'echo','params':{'unknown':1}}",
                "{'jsonrpc':'2.0','method':'fail','params':['x']}",
                "{'jsonrpc':'2.0','method':'fail','params':['error']}",
                "[{'jsonrpc':'2.0','method':'echo','params':['x']},{'jsonrpc':'2.0','method':'no'}]"
            })
    void aNotificationIsNeverAnsweredWhateverBecomesOfIt(String frame) throws InterruptedException {
        talk.send(frame.replace('\'', '"'));

        expectNothingMore();
    }

    @Test
    void aNotificationThatRunsBesideOthersIsNotAnsweredEither() throws InterruptedException {
        talk.send("{\"jsonrpc\":\"2.0\",\"method\":\"work\",\"params\":[\"silent\"]}");
        talk.send("{\"jsonrpc\":\"2.0\",\"method\":\"fail later\",\"params\":[\"x\"]}");
        works.awaitStarted(1);
        works.end("silent");
        talk.send(request("fail later", "heard"));
        assertThat(receive().path("id").textValue()).isEqualTo("heard");

        expectNothingMore();
    }

    @Test
    void aBatchIsAnsweredOnceWhenAllItsItemsAreDone() throws InterruptedException {
        talk.send(
                batch(
                        request("work", "slow"),
                        request("echo", "quick"),
                        "{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"params\":[\"silent\"]}",
                        "1",
                        request("work", "slower")));
        works.end("slow");
        expectNothingMore();
        works.end("slower");

        JsonNode answers = receive();
        assertThat(answers.isArray()).isTrue();
        assertThat(answers.findValuesAsText("id"))
                .containsExactlyInAnyOrder("slow", "quick", "slower", "null");
        expectNothingMore();
    }

    @Test
    void anIdTwiceInABatchIsRefusedWhileTheFirstIsInFlight() throws InterruptedException {
        talk.send(batch(request("work", "same"), request("work", "same")));
        talk.awaitHandled();
        works.end("same");

        assertThat(receive().findValuesAsText("code")).containsExactly("-32600");
        assertThat(works.started).containsExactly("same");
    }

    @Test
    void aBatchOfTheMostItemsIsTakenAndOneMoreIsNot() throws InterruptedException {
        String[] items =
                IntStream.range(0, 11)
                        .mapToObj(i -> request("echo", "" + i))
                        .toArray(String[]::new);
        talk.send(batch(Arrays.copyOf(items, 10)));
        assertThat(receive()).hasSize(10);
        talk.send(batch(items));

        JsonNode refused = receive();
        assertThat(refused.path("id").isNull()).isTrue();
        assertThat(refused.at("/error/code").intValue()).isEqualTo(-32010);
        assertThat(refused.at("/error/data/limit").intValue()).isEqualTo(10);
    }

    @Test
    void theItemThatMakesABatchesAnswerTooBigIsAnsweredWithThat() throws InterruptedException {
        String big = "x".repeat(200);
        talk.send(
                batch(
                        request("echo", "1" + big),
                        request("echo", "2" + big),
                        request("echo", "3" + big)));

        JsonNode answers = receive();
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0).has("result")).isTrue();
        assertThat(answers.get(1).has("result")).isTrue();
        assertThat(answers.get(2).at("/error/code").intValue()).isEqualTo(-32011);
        assertThat(answers.get(2).at("/error/data/limit").intValue()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource({"x, 400, false", "x, 500, true", "€, 100, false", "€, 200, true"})
    void anAnswerPastTheBoundInBytesBecomesAnError(String letter, int times, boolean tooBig)
            throws InterruptedException {
        String name = letter.repeat(times);
        talk.send(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"" + name + "\"]}");

        JsonNode answer = receive();
        assertThat(answer.path("id").intValue()).isEqualTo(1);
        assertThat(answer.at("/error/code").intValue()).isEqualTo(tooBig ? -32008 : 0);
        assertThat(answer.path("result").textValue()).isEqualTo(tooBig ? null : name);
    }

    @ParameterizedTest
    @CsvSource({"fail, exception", "fail, error", "fail later, exception", "fail later, error"})
    void anInternalErrorCarriesOnlyACorrelationId(String method, String kind)
            throws InterruptedException {
        talk.send(request(method, kind));

        JsonNode answer = receive();
        assertThat(answer.path("id").textValue()).isEqualTo(kind);
        assertThat(answer.toString()).doesNotContain("secret", "Exception", "LinkageError");
        JsonNode error = answer.path("error");
        assertThat(error.path("code").intValue()).isEqualTo(-32603);
        assertThat(error.path("data").fieldNames())
                .toIterable()
                .containsExactly("kind", "retryable", "correlation_id");
        assertThat(error.at("/data/correlation_id").textValue()).matches("[0-9a-f-]{36}");
        expectNothingMore();
    }

    @Test
    void aResponseOfTheClientIsRefusedAndNotTakenForARequest() throws InterruptedException {
        talk.send("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}");

        JsonNode answer = receive();
        assertThat(answer.path("id").isNull()).isTrue();
        assertThat(answer.at("/error/code").intValue()).isEqualTo(-32600);
    }

    @Test
    void framesAreAnsweredInTheirOrder() throws InterruptedException {
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "n" + i).toList();
        for (String name : names) {
            talk.send(request("echo", name));
        }
        for (String name : names) {
            assertThat(talk.receive()).isEqualTo(answer(name));
        }
    }

    @Test
    void requestsThatAreTooBigTogetherAreBusyUntilOneIsAnswered() throws InterruptedException {
        String big = "x".repeat(190);
        talk.send(request("work", "1" + big));
        talk.send(request("work", "2" + big));
        assertThat(receive().at("/error/data/limit").intValue()).isEqualTo(700);
        works.end("1" + big, "3" + big);
        assertThat(receive().path("id").textValue()).startsWith("1");

        talk.send(request("work", "3" + big));
        assertThat(receive().path("result").textValue()).startsWith("3");
    }

    @Test
    void unfinishedBatchesShareTheirBound() throws InterruptedException {
        String big = "x".repeat(250);
        talk.send(batch(request("echo", "1" + big), request("work", "a")));
        talk.send(batch(request("echo", "2" + big), request("work", "b")));
        works.end("b");
        assertThat(receive().findValuesAsText("code")).containsExactly("-32011");
        works.end("a");
        assertThat(receive().findValuesAsText("code")).isEmpty();

        talk.send(batch(request("echo", "3" + big)));
        assertThat(receive().findValuesAsText("code")).isEmpty();
    }
}
