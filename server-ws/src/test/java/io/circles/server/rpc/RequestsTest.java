package io.circles.server.rpc;

import static io.circles.server.rpc.Works.answer;
import static io.circles.server.rpc.Works.cancelled;
import static io.circles.server.rpc.Works.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.server.transcript.Cast;
import io.circles.server.transcript.DirectConversation;
import io.circles.server.transport.Network;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests that run beside each other.
class RequestsTest {
    private final Works works = new Works();
    private DirectConversation talk;

    private void begin(int atOnce, int inFlight, int queued) {
        RpcLimits limits = new RpcLimits(100, 25_000_000, 4 << 20, inFlight, queued, 1 << 20);
        talk = TestEndpoints.endpoint(works.methods(atOnce), Cast.CIRCLE, limits);
    }

    @AfterEach
    void stop() {
        talk.close();
    }

    private void send(String method, String... names) {
        for (String name : names) {
            talk.send(request(method, name));
        }
    }

    private void expect(String... answers) throws InterruptedException {
        for (String answer : answers) {
            assertThat(talk.receive()).isEqualTo(answer);
        }
    }

    @Test
    void atMostSoManyOfAMethodRunAtOnce() throws InterruptedException {
        begin(2, 32, 256);
        List<String> names = IntStream.range(0, 10).mapToObj(i -> "w" + i).toList();
        names.forEach(name -> send("work", name));
        send("echo", "all are taken");
        expect(answer("all are taken"));

        for (int i = 0; i < names.size(); i++) {
            works.awaitStarted(Math.min(i + 2, names.size()));
            works.end(names.get(i));
            expect(answer(names.get(i)));
        }
        assertThat(works.mostAtOnce()).isEqualTo(2);
    }

    @Test
    void requestsStartInTheOrderTheyCame() throws InterruptedException {
        begin(1, 32, 256);
        String[] names = IntStream.range(0, 50).mapToObj(i -> "w" + i).toArray(String[]::new);
        send("work", names);
        for (String name : names) {
            works.end(name);
            expect(answer(name));
        }

        assertThat(works.started).containsExactly(names);
    }

    @Test
    void whatWaitsHoldsUpNeitherOtherMethodsNorThoseInOrder() throws InterruptedException {
        begin(1, 32, 256);
        send("work", "first", "second");
        send("other", "beside");
        works.end("beside");
        expect(answer("beside"));
        send("echo", "in order");
        expect(answer("in order"));

        assertThat(works.started).containsExactlyInAnyOrder("first", "beside");
    }

    @Test
    void tooManyThatWaitAreRefusedAsBusy() throws InterruptedException {
        begin(1, 32, 2);
        send("work", "runs", "waits", "waits too", "refused");

        expect(
                """
                {"jsonrpc":"2.0","error":{"code":-32009,"message":"Busy: 2 requests of this \
                connection wait already","data":{"kind":"busy","retryable":true,"limit":2,"used":3}},\
                "id":"refused"}""");
        for (String name : List.of("runs", "waits", "waits too")) {
            works.end(name);
            expect(answer(name));
        }
    }

    @Test
    void soManyAreInFlightWhateverTheirMethod() throws InterruptedException {
        begin(100, 3, 256);
        send("work", "a", "b");
        send("other", "c", "d", "e");
        works.awaitStarted(3);
        works.end("a", "b", "c", "d", "e");
        for (int i = 0; i < 5; i++) {
            talk.receive();
        }

        assertThat(works.mostAtOnce()).isLessThanOrEqualTo(3);
    }

    @Test
    void whoHasTheMostInFlightWaitsInTheSameQueue() throws InterruptedException {
        begin(100, 2, 1);
        send("work", "a", "b", "waits", "refused");
        assertThat(talk.receive()).contains("-32009", "\"id\":\"refused\"");

        works.end("a");
        expect(answer("a"));
        works.end("waits");
        expect(answer("waits"));
    }

    @Test
    void anIdIsRefusedWhileItsRequestRunsOrWaits() throws InterruptedException {
        begin(1, 32, 256);
        send("work", "runs", "waits");
        for (String name : List.of("runs", "waits")) {
            send("echo", name);
            assertThat(talk.receive())
                    .contains("\"id\":\"" + name + "\"", "-32600", "still in flight");
        }

        works.end("runs");
        expect(answer("runs"));
        works.end("waits");
        expect(answer("waits"));
    }

    @Test
    void anIdAndItsPlaceAreFreeOnceTheAnswerCame() throws InterruptedException {
        begin(1, 32, 0);
        works.end("again");
        for (int i = 0; i < 500; i++) {
            send("work", "again");
            expect(answer("again"));
        }
    }

    @Test
    void whatWaitsIsCancelledWithoutHavingRun() throws InterruptedException {
        begin(1, 32, 256);
        send("work", "runs", "waits", "waits too");
        talk.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"cancel\",\"params\":[\"waits\"]}");
        expect(cancelled("waits"), "{\"jsonrpc\":\"2.0\",\"result\":true,\"id\":1}");
        works.end("runs");
        expect(answer("runs"));
        works.end("waits too");
        expect(answer("waits too"));

        assertThat(works.started).containsExactly("runs", "waits too");
    }

    @Test
    void whatRunsIsInterruptedAndMakesRoomForTheNext() throws InterruptedException {
        begin(1, 32, 256);
        send("work", "runs", "next");
        works.awaitStarted(1);
        talk.send("{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":[\"runs\"]}");
        expect(cancelled("runs"));
        works.end("next");
        expect(answer("next"));

        assertThat(works.interrupted).containsExactly("runs");
    }

    @Test
    void thereIsNothingToCancelBeforeAndAfter() throws InterruptedException {
        begin(1, 32, 256);
        String cancel = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"cancel\",\"params\":[\"w\"]}";
        String no = "{\"jsonrpc\":\"2.0\",\"result\":false,\"id\":1}";
        talk.send(cancel);
        expect(no);
        works.end("w");
        send("work", "w");
        expect(answer("w"));
        talk.send(cancel);
        expect(no);
    }

    @Test
    void aLostConnectionCancelsWhatRunsAndForgetsWhatWaits() {
        begin(2, 32, 256);
        send("work", "a", "b", "waits");
        works.awaitStarted(2);
        Network.lose(talk.connection());

        await().untilAsserted(
                        () -> assertThat(works.interrupted).containsExactlyInAnyOrder("a", "b"));
        assertThat(works.started).hasSize(2).doesNotContain("waits");
    }

    @Test
    void aConnectionThatTheServerClosesCancelsWhatRunsAtOnce() {
        begin(2, 32, 256);
        send("work", "a");
        works.awaitStarted(1);
        talk.connection().close(1013, "a test's");

        await().untilAsserted(() -> assertThat(works.interrupted).containsExactly("a"));
        assertThat(talk.unreceived()).containsExactly("close 1013");
    }
}
