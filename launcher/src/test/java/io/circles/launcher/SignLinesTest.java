package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CheckedRequests;
import io.circles.client.SignDecision;
import io.circles.client.SignOutcome;
import io.circles.client.SignRequest;
import io.circles.protocol.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SignLinesTest {
    private static final String EVIL = "\u001b[2J\u009b1A\n\u202e\udb40\udc01\ud800é";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SignLines lines =
            new SignLines(new PrintWriter(out, true), new PrintWriter(err, true));

    @BeforeEach
    void begin() {
        lines.begin(CheckedRequests.REQUESTER.publicKey(), CheckedRequests.CIRCLE.publicKey());
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static SignRequest request(String id) {
        return CheckedRequests.text("pay bob 10", "Pay 10 € to Bob").named(id);
    }

    private Future<SignDecision> asked(SignRequest request) {
        Future<SignDecision> decision = threads.submit(() -> lines.decide(request));
        await().until(() -> printed().getLast().path("id").asText().equals(request.id()));
        return decision;
    }

    private List<JsonNode> printed() {
        return out.toString().lines().map(SignLinesTest::parsed).toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return Json.parse(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static SignDecision no(String reason) {
        return SignDecision.reject(reason);
    }

    @Test
    void whoListensAndWhatIsAskedAreLinesOfJson() throws Exception {
        var _ = asked(request("r1"));

        assertThat(printed())
                .containsExactly(
                        parsed(
                                """
                                {"event": "listening",
                                 "pubkey": "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
                                 "circle": "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}"""),
                        parsed(
                                """
                                {"event": "request", "id": "r1", "message": "cGF5IGJvYiAxMA==",
                                 "content_type": "text/plain", "display": "Pay 10 € to Bob",
                                 "requester": "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
                                 "circle": "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                                 "expires_at": 1795176060, "kind": "tagged",
                                 "digest": "4eaf59890dbd8b08ffab35f27e83c13157efe06ae1ec72b6ba172ab14f873448"}"""));
    }

    @Test
    void severalRequestsAreOpenAndAnsweredInAnyOrder() throws Exception {
        Future<SignDecision> first = asked(request("r1"));
        Future<SignDecision> second = asked(request("r2"));
        Future<SignDecision> third = asked(request("r3"));
        lines.line("approve r2");
        lines.line("reject  r3  too much, too soon ");
        lines.line("reject r1");

        assertThat(second.get()).isEqualTo(SignDecision.approve());
        assertThat(third.get()).isEqualTo(no("too much, too soon "));
        assertThat(first.get()).isEqualTo(no("the holder of the key said no"));
        assertThat(printed()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "approve", "approver1", "yes r1", "APPROVE r1", "{}"})
    void aLineThatIsNoneIsAnsweredWithWhatItIs(String line) throws Exception {
        Future<SignDecision> decision = asked(request("r1"));
        lines.line(line);

        assertThat(printed().getLast())
                .isEqualTo(
                        parsed(
                                """
                                {"event": "error", "message": "a line is approve ID, or reject ID REASON"}"""));
        assertThat(decision.isDone()).isFalse();
    }

    @Test
    void whatIsNotOpenCannotBeDecided() throws Exception {
        SignRequest request = request("r1");
        Future<SignDecision> decision = asked(request);
        lines.line("approve r2");
        assertThat(printed().getLast().path("message").asText()).isEqualTo("no request r2 is open");
        lines.line("approve r1");
        lines.line("reject r1");
        assertThat(printed().getLast().path("message").asText()).isEqualTo("no request r1 is open");
        assertThat(decision.get()).isEqualTo(SignDecision.approve());
    }

    @Test
    void everyEndIsALine() throws Exception {
        for (SignOutcome outcome :
                List.of(
                        new SignOutcome.Answered(SignDecision.approve()),
                        new SignOutcome.Answered(no("so")),
                        new SignOutcome.Closed("expired"),
                        new SignOutcome.Failed("lost"))) {
            SignRequest request = request("r1");
            var _ = asked(request);
            lines.ended(request, outcome);
        }
        assertThat(printed().stream().filter(line -> line.path("event").asText().equals("ended")))
                .containsExactly(
                        parsed("{\"event\":\"ended\",\"id\":\"r1\",\"outcome\":\"approved\"}"),
                        parsed("{\"event\":\"ended\",\"id\":\"r1\",\"outcome\":\"rejected\"}"),
                        parsed(
                                "{\"event\":\"ended\",\"id\":\"r1\",\"outcome\":\"closed\",\"state\":\"expired\"}"),
                        parsed(
                                "{\"event\":\"ended\",\"id\":\"r1\",\"outcome\":\"failed\",\"why\":\"lost\"}"));
    }

    @Test
    void aRequestThatHasEndedLeavesItsNameToTheNext() throws Exception {
        SignRequest first = request("r1");
        asked(first).cancel(true);
        lines.ended(first, new SignOutcome.Closed("expired"));
        SignRequest second = request("r1");
        Future<SignDecision> decision = asked(second);
        lines.ended(first, new SignOutcome.Closed("expired"));
        lines.line("approve r1");

        assertThat(decision.get()).isEqualTo(SignDecision.approve());
    }

    @Test
    void theEndOfTheInputWaitsForWhatIsDecidedAndLeavesTheRest() throws Exception {
        SignRequest request = request("r1");
        Future<SignDecision> decided = asked(request);
        Future<SignDecision> undecided = asked(request("r2"));
        lines.line("approve r1");
        decided.get();
        Future<?> finished =
                threads.submit(
                        () -> {
                            lines.finish();
                            return null;
                        });
        assertThat(finished.isDone()).isFalse();
        lines.ended(request, new SignOutcome.Answered(SignDecision.approve()));

        finished.get();
        assertThat(undecided.isDone()).isFalse();
    }

    @Test
    void nothingThatATerminalObeysIsPrintedAndNothingIsLost() throws Exception {
        var _ = asked(CheckedRequests.text("x", EVIL).named("r1"));

        String line = out.toString().lines().toList().getLast();
        assertThat(line).matches("[ -~é]+");
        assertThat(printed().getLast().path("display").asText()).isEqualTo(EVIL);
    }

    @Test
    void aRequestThatComesAgainIsShownAgainAndDecidedAnew() throws Exception {
        SignRequest first = request("r1");
        Future<SignDecision> decision = asked(first);
        decision.cancel(true);
        lines.ended(first, new SignOutcome.Failed("the connection broke"));
        Future<SignDecision> again = asked(request("r1"));
        lines.line("approve r1");

        assertThat(again.get()).isEqualTo(SignDecision.approve());
    }

    @Test
    void anotherRequestOfAnIdThatWasShownIsNotWhatIsApproved() throws Exception {
        SignRequest first = request("r1");
        Future<SignDecision> decision = asked(first);
        decision.cancel(true);
        lines.ended(first, new SignOutcome.Failed("the connection broke"));
        int before = printed().size();

        assertThat(lines.decide(CheckedRequests.text("pay eve 10", "Pay 10 € to Bob").named("r1")))
                .isEqualTo(no("another request of this id was shown before"));
        assertThat(printed()).hasSize(before);
        assertThat(err.toString())
                .isEqualTo("request r1 came again with another content, and is rejected\n");
    }
}
