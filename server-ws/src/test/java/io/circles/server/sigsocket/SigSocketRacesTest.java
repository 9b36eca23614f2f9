package io.circles.server.sigsocket;

import static io.circles.server.sigsocket.SigningRoom.ask;
import static io.circles.server.sigsocket.SigningRoom.waiting;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.KeyPair;
import io.circles.server.store.AskingRow;
import io.circles.server.store.AuditEvent;
import io.circles.server.store.SignRow;
import io.circles.server.transcript.Cast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens at once, and while something is being written, or cannot be.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SigSocketRacesTest {
    private static final KeyPair ALICE = Cast.ALICE.pair();
    private static final List<Cast> TWO = List.of(Cast.ALICE, Cast.BOB);
    private static final List<Cast> THREE = List.of(Cast.ALICE, Cast.BOB, Cast.MALLORY);
    private static final int ROUNDS = 1_000;
    private static final int FAILING_ROUNDS = 100;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<String> over = new LinkedBlockingQueue<>();
    private final Map<Cast, Listening> devices = new EnumMap<>(Cast.class);
    private final TestDevice phone = new TestDevice();
    private Path folder;
    private SigningRoom room;

    @BeforeEach
    void open(@TempDir Path temporary) {
        folder = temporary;
        room = new SigningRoom(folder);
        room.socket.onAskingEnded(over::add);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        room.close();
    }

    private void everybodyListens() {
        for (Cast cast : THREE) {
            devices.put(cast, room.socket.listen(cast.pair().publicKey(), new TestDevice(), true));
        }
    }

    private boolean sign(Cast who, SignRow request) {
        return devices.get(who).respond(request.id(), who.pair().sign("rent".getBytes(UTF_8)));
    }

    /// Signs until it is known what became of it.
    private boolean signAgain(Cast who, SignRow request) {
        while (true) {
            try {
                return sign(who, request);
            } catch (CircleException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
            }
        }
    }

    /// Does all of this at once.
    private <T> List<Future<T>> atOnce(List<Callable<T>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        List<Future<T>> done = new ArrayList<>();
        for (Callable<T> task : tasks) {
            done.add(
                    threads.submit(
                            () -> {
                                start.await();
                                return task.call();
                            }));
        }
        for (Future<T> each : done) {
            awaitEnd(each);
        }
        return done;
    }

    /// Waits for an end, good or not.
    private static void awaitEnd(Future<?> task) throws Exception {
        try {
            var _ = task.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(CircleException.class);
        }
    }

    private AskingRow ended(AskingRow asking) throws InterruptedException {
        assertThat(over.poll(20, TimeUnit.SECONDS)).isEqualTo(asking.id());
        return room.signs.asking(asking.id()).orElseThrow();
    }

    private static List<String> signers(AskingRow asking) {
        return asking.requests().stream()
                .filter(r -> r.end().filter(e -> e.event() == AuditEvent.APPROVED).isPresent())
                .map(SignRow::key)
                .toList();
    }

    private void assertApproved(AskingRow asking) {
        assertThat(asking.end().orElseThrow().state()).isEqualTo("approved");
        assertThat(signers(asking)).hasSize(asking.threshold());
        assertThat(asking.requests()).allMatch(request -> request.end().isPresent());
    }

    @Test
    void whoeverAnswersAtOnceWhatIsApprovedHasAllItsSignatures() throws Exception {
        everybodyListens();
        for (int round = 0; round < ROUNDS; round++) {
            List<Cast> keys = round % 2 == 0 ? TWO : THREE;
            AskingRow asking = room.collect(2, keys);
            List<Callable<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                Cast who = keys.get(i);
                SignRow request = asking.requests().get(i);
                answers.add(() -> sign(who, request));
            }
            int accepted = 0;
            for (Future<Boolean> answer : atOnce(answers)) {
                accepted += answer.get() ? 1 : 0;
            }
            assertThat(accepted).as("round " + round).isEqualTo(2);
            assertApproved(ended(asking));
        }
        assertThat(room.socket.pending()).isZero();
        assertThat(room.verified().problem()).isEmpty();
    }

    @Test
    void anAnswerThatIsNotKeptCountsForNobody() throws Exception {
        everybodyListens();
        for (int round = 0; round < FAILING_ROUNDS; round++) {
            AskingRow asking = room.collect(2, round % 2 == 0 ? TWO : THREE);
            List<SignRow> requests = asking.requests();
            try (OtherHand hand = new OtherHand(room.file)) {
                hand.failEndsOf("id = '%s' AND NEW.state = 'approved'".formatted(asking.id()));
                List<Future<Boolean>> answers =
                        atOnce(
                                List.of(
                                        () -> sign(Cast.ALICE, requests.getFirst()),
                                        () -> signAgain(Cast.BOB, requests.get(1))));
                assertThatThrownBy(() -> answers.getFirst().get())
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(CircleException.class);
                assertThat(answers.getLast().get()).isTrue();
                AskingRow now = room.signs.asking(asking.id()).orElseThrow();
                assertThat(now.end()).as("round " + round).isEmpty();
                assertThat(signers(now)).containsExactly(Cast.BOB.pair().publicKey().hex());
                hand.letEnd();
            }
            assertThat(over).isEmpty();
            assertThat(sign(Cast.ALICE, requests.getFirst())).isTrue();
            assertApproved(ended(asking));
        }
    }

    /// Devices come until one is not shown the request, as its end is being written.
    private TestDevice comesWhileItsEndIsWritten() {
        List<TestDevice> came = new ArrayList<>();
        await().until(
                        () -> {
                            came.add(new TestDevice());
                            room.socket.listen(ALICE.publicKey(), came.getLast(), true);
                            return came.getLast().unseen().isEmpty();
                        });
        return came.getLast();
    }

    @Test
    void whoComesWhileAnEndIsWrittenInVainIsShownTheRequestThen() throws Exception {
        everybodyListens();
        AskingRow asking = room.collect(1, List.of(Cast.ALICE));
        SignRow request = asking.requests().getFirst();
        try (OtherHand hand = new OtherHand(room.file)) {
            hand.failEndsOf("id = '%s'".formatted(asking.id()));
            hand.hold();
            Future<Boolean> answer = threads.submit(() -> sign(Cast.ALICE, request));
            TestDevice late = comesWhileItsEndIsWritten();
            hand.release();
            await().until(answer::isDone);

            assertThat(late.next().id()).isEqualTo(request.id());
            hand.letEnd();
        }
    }

    @Test
    void anAnswerWhileAnothersEndIsWrittenIsLate() throws Exception {
        everybodyListens();
        Listening other = room.socket.listen(ALICE.publicKey(), phone, true);
        AskingRow asking = room.collect(1, List.of(Cast.ALICE));
        SignRow request = asking.requests().getFirst();
        try (OtherHand hand = new OtherHand(room.file)) {
            await().until(() -> room.audited().contains("delivered"));
            hand.hold();
            Future<Boolean> answer = threads.submit(() -> sign(Cast.ALICE, request));
            comesWhileItsEndIsWritten();
            assertThat(other.reject(request.id(), "no")).isFalse();
            assertThat(other.reject(request.id(), "no")).isFalse();
            hand.release();
            assertThat(answer.get()).isTrue();
        }
        assertThat(other.reject(request.id(), "no")).isFalse();
        room.stop();
        assertThat(room.audited())
                .containsExactly("requested", "delivered", "approved", "late: rejected");
        assertThat(phone.closings()).isEmpty();
    }

    @Test
    void ofTwoDevicesThatAreLostAtOnceOneWasTheLast() throws Exception {
        for (int round = 0; round < FAILING_ROUNDS; round++) {
            Listening one = room.socket.listen(ALICE.publicKey(), new TestDevice(), false);
            Listening two = room.socket.listen(ALICE.publicKey(), phone, false);
            Future<Signed> asked = room.asking(ask(Cast.ALICE, "rent"));
            String id = phone.next().id();
            List<Callable<Boolean>> losses = new ArrayList<>();
            for (Listening each : List.of(one, two)) {
                losses.add(
                        () -> {
                            each.lost(id);
                            return true;
                        });
            }
            atOnce(losses);

            assertThatThrownBy(() -> asked.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CircleException.class);
            assertThat(room.socket.pending()).isZero();
            room.clock.pass(Ask.TIMEOUT);
        }
    }

    @Test
    void whoeverWaitsIsToldOfTheStopAlsoWhenThatCannotBeKept() throws Exception {
        List<Future<Signed>> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(room.asking(waiting(ask(Cast.ALICE, "rent" + i))));
        }
        await().until(() -> room.socket.pending() == 5);
        await().until(() -> room.audited().size() == 5);
        try (OtherHand hand = new OtherHand(room.file)) {
            hand.failEndsOf("state IS NULL");
            room.socket.close();
            for (Future<Signed> each : asked) {
                await().until(each::isDone);
            }
            hand.letEnd();
        }
        assertThat(room.socket.pending()).isZero();
    }

    @Test
    void whatIsAskedWhileTheCircleStopsIsRequestedBeforeItIsCancelled() throws Exception {
        for (int round = 0; round < 20; round++) {
            room.close();
            room = new SigningRoom(folder.resolve("circle" + round));
            SigSocket socket = room.socket;
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tasks.add(() -> socket.sign(waiting(ask(Cast.ALICE, "rent"))) != null);
            }
            tasks.add(
                    () -> {
                        socket.close();
                        return true;
                    });
            for (Future<Boolean> each : atOnce(tasks).subList(0, 8)) {
                assertThatThrownBy(each::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(CircleException.class);
            }
            assertThat(room.signs.left().loose()).isEmpty();
            if (Files.exists(room.file)) {
                assertThat(room.audit().stream().map(entry -> entry.fact().event()))
                        .allMatch(e -> e == AuditEvent.REQUESTED || e == AuditEvent.CANCELLED);
                assertThat(room.audited().stream().filter("requested"::equals).count() * 2)
                        .isEqualTo(room.audited().size());
            }
        }
    }
}
