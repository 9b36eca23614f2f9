package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.client.CheckedRequests;
import io.circles.client.SignDecision;
import io.circles.client.SignOutcome;
import io.circles.client.SignRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SignDialogueTest {
    private static final String QUESTION = "approve? [y/N] ";
    private static final SignOutcome APPROVED = new SignOutcome.Answered(SignDecision.approve());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SignDialogue typed = dialogue(true);
    private final SignDialogue piped = dialogue(false);

    private SignDialogue dialogue(boolean terminal) {
        return new SignDialogue(new PrintWriter(out, true), new PrintWriter(err, true), terminal);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static SignRequest request(String id) {
        return CheckedRequests.text("message of " + id, "").named(id);
    }

    private static void begin(SignDialogue dialogue) {
        dialogue.begin(CheckedRequests.REQUESTER.publicKey(), CheckedRequests.CIRCLE.publicKey());
    }

    private Future<SignDecision> asked(SignDialogue dialogue, SignRequest request) {
        Future<SignDecision> decision = threads.submit(() -> dialogue.decide(request));
        await().until(() -> isOpen(request));
        return decision;
    }

    private boolean isOpen(SignRequest request) {
        String text = out.toString();
        return text.contains("message of " + request.id()) && text.endsWith(QUESTION);
    }

    private static SignDecision no() {
        return SignDecision.reject("the holder of the key said no");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "Y", "yes", " YES "})
    void yesApproves(String line) throws Exception {
        begin(typed);
        Future<SignDecision> decision = asked(typed, request("r1"));
        typed.line(line);

        assertThat(decision.get()).isEqualTo(SignDecision.approve());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "yy", "y y", "approve", "да"})
    void anythingElseRejects(String line) throws Exception {
        begin(typed);
        Future<SignDecision> decision = asked(typed, request("r1"));
        typed.line(line);

        assertThat(decision.get()).isEqualTo(no());
    }

    @Test
    void nothingIsAskedBeforeItIsSaidWhoListens() throws Exception {
        SignRequest request = request("r1");
        var _ = threads.submit(() -> typed.decide(request));
        typed.line("y");
        assertThat(out.toString()).isEmpty();
        begin(typed);

        await().until(() -> isOpen(request));
        assertThat(err.toString())
                .contains(CheckedRequests.REQUESTER.publicKey().hex())
                .contains(CheckedRequests.CIRCLE.publicKey().hex());
    }

    @Test
    void requestsAreAskedOneAtATimeAndTheNextOnceTheLastHasEnded() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        SignRequest second = request("r2");
        Future<SignDecision> decision = asked(typed, first);
        Future<SignDecision> next = threads.submit(() -> typed.decide(second));
        typed.line("y");
        assertThat(decision.get()).isEqualTo(SignDecision.approve());
        assertThat(out.toString()).doesNotContain("message of r2");
        typed.ended(first, APPROVED);

        await().until(() -> isOpen(second));
        assertThat(out.toString()).contains(QUESTION + "approved\n\nrequest r2");
        typed.line("n");
        assertThat(next.get()).isEqualTo(no());
        typed.ended(second, new SignOutcome.Answered(no()));
        assertThat(out.toString()).endsWith("rejected\n");
    }

    @Test
    void aTypedLineThatNobodyAskedForIsDropped() throws Exception {
        begin(typed);
        typed.line("y");
        SignRequest first = request("r1");
        Future<SignDecision> decision = asked(typed, first);
        typed.line("n");
        typed.line("y");

        assertThat(decision.get()).isEqualTo(no());
        typed.ended(first, new SignOutcome.Answered(no()));
        assertThat(asked(typed, request("r2")).isDone()).isFalse();
    }

    @Test
    void aPipedLineWaitsForItsQuestion() throws Exception {
        begin(piped);
        Future<?> lines =
                threads.submit(
                        () -> {
                            piped.line("y");
                            piped.line("n");
                            return null;
                        });
        SignRequest first = request("r1");
        assertThat(threads.submit(() -> piped.decide(first)).get())
                .isEqualTo(SignDecision.approve());
        piped.ended(first, APPROVED);

        assertThat(piped.decide(request("r2"))).isEqualTo(no());
        lines.get();
    }

    /// As the client does it: it interrupts whoever decides, then tells the end.
    private static void end(
            SignDialogue dialogue, Future<?> decision, SignRequest request, SignOutcome outcome) {
        decision.cancel(true);
        dialogue.ended(request, outcome);
    }

    @Test
    void aLineOnItsWayToARequestThatHasEndedDoesNotApproveTheNext() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        SignRequest second = request("r2");
        Future<SignDecision> decision = asked(typed, first);
        Future<SignDecision> next = threads.submit(() -> typed.decide(second));
        end(typed, decision, first, new SignOutcome.Closed("expired"));
        assertThat(out.toString())
                .endsWith("\nended elsewhere: expired; press Enter to go on\n")
                .doesNotContain("message of r2");
        typed.line("y");

        await().until(() -> isOpen(second));
        assertThat(next.isDone()).isFalse();
        typed.line("y");
        assertThat(next.get()).isEqualTo(SignDecision.approve());
    }

    @Test
    void aRequestThatEndsWithTheConnectionSaysWhy() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        end(typed, asked(typed, first), first, new SignOutcome.Failed("the connection broke"));

        assertThat(out.toString())
                .endsWith(
                        QUESTION + "\nnot answered: the connection broke; press Enter to go on\n");
    }

    @Test
    void nothingIsToBeTypedAnyMoreWhenTheCommandEnds() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        Future<SignDecision> decision = asked(typed, first);
        typed.leave();
        end(typed, decision, first, new SignOutcome.Failed("the connection is closed"));

        assertThat(out.toString()).endsWith("\nnot answered: the connection is closed\n");
    }

    @Test
    void aRequestThatComesAgainOnTheNextConnectionIsAskedAnew() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        end(typed, asked(typed, first), first, new SignOutcome.Failed("the connection broke"));
        typed.tell("connected to the circle again");
        SignRequest again = request("r1");
        Future<SignDecision> decision = threads.submit(() -> typed.decide(again));
        typed.line("y"); // an answer to the question that is gone

        await().until(() -> out.toString().endsWith(QUESTION));
        assertThat(decision.isDone()).isFalse();
        typed.line("y");
        assertThat(decision.get()).isEqualTo(SignDecision.approve());
        assertThat(err.toString()).endsWith("connected to the circle again\n");
    }

    @Test
    void aNoticeStandsOnALineOfItsOwnAndTheQuestionIsRepeated() throws Exception {
        begin(typed);
        var _ = asked(typed, request("r1"));
        typed.tell("no connection");

        assertThat(out.toString()).endsWith(QUESTION + "\n" + QUESTION);
    }

    @Test
    void thatALineIsOwedIsForgottenOnceItHasCome() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        end(typed, asked(typed, first), first, new SignOutcome.Closed("approved"));
        typed.line("");

        assertThat(asked(typed, request("r2")).isDone()).isFalse();
    }

    @Test
    void pipedLinesStayInStepWithTheirQuestions() throws Exception {
        begin(piped);
        SignRequest first = request("r1");
        end(piped, asked(piped, first), first, new SignOutcome.Closed("cancelled"));
        assertThat(out.toString()).endsWith("the next line of input is passed over\n");
        Future<?> lines =
                threads.submit(
                        () -> {
                            piped.line("y");
                            piped.line("n");
                            return null;
                        });

        assertThat(piped.decide(request("r2"))).isEqualTo(no());
        lines.get();
    }

    @Test
    void aRequestThatEndsBeforeItIsShownIsSaidToHaveAndTheQuestionIsRepeated() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        SignRequest second = request("r2");
        var _ = asked(typed, first);
        Future<SignDecision> next = threads.submit(() -> typed.decide(second));
        end(typed, next, second, new SignOutcome.Failed("\u001b[2J"));

        assertThat(out.toString())
                .endsWith(
                        QUESTION
                                + "\nrequest r2 was not shown: not answered: \\u{1b}[2J\n"
                                + QUESTION)
                .doesNotContain("message of r2");
    }

    @Test
    void theEndOfTheInputRejectsWhatIsAskedAndAsksNoMore() throws Exception {
        begin(typed);
        SignRequest first = request("r1");
        SignRequest second = request("r2");
        Future<SignDecision> decision = asked(typed, first);
        Future<SignDecision> next = threads.submit(() -> typed.decide(second));
        Future<?> finished =
                threads.submit(
                        () -> {
                            typed.finish();
                            return null;
                        });

        assertThat(decision.get()).isEqualTo(no());
        assertThat(finished.isDone()).isFalse();
        typed.ended(first, new SignOutcome.Answered(no()));
        finished.get();
        assertThat(next.isDone()).isFalse();
        assertThat(out.toString()).endsWith(QUESTION + "\nrejected\n");
    }
}
