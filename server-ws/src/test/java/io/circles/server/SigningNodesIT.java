package io.circles.server;

import static io.circles.server.SigningCalls.accepted;
import static io.circles.server.SigningCalls.ask;
import static io.circles.server.SigningCalls.event;
import static io.circles.server.SigningCalls.listen;
import static io.circles.server.SigningCalls.receive;
import static io.circles.server.SigningCalls.signature;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusListener;
import io.circles.script.state.Commit;
import io.circles.script.state.LoggedEffect;
import io.circles.script.state.SharedDatabase;
import io.circles.script.state.StateStore;
import io.circles.script.state.Transaction;
import io.circles.server.session.Members;
import io.circles.server.sigsocket.Ask;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.Signed;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import io.circles.server.transcript.LogIn;
import io.circles.server.transcript.SocketConversation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two servers of one circle, with a Redis between them and their state in a PostgreSQL.
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SigningNodesIT {
    private static final PublicKey ALICE = Cast.ALICE.pair().publicKey();
    private static final PublicKey BOB = Cast.BOB.pair().publicKey();
    private static final Duration SOON = Duration.ofSeconds(60);

    /// One requester may have a quarter of it open, and each server may be home to all.
    private static final int PENDING_OF_KEY = 1_000;

    private static final String FULL_DISK =
            "CREATE TRIGGER full BEFORE INSERT ON sign_askings BEGIN SELECT RAISE(ABORT, 'full'); END";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    private final TestNodes nodes = new TestNodes();
    private final SharedDatabase states = nodes.state();

    /// The circle's state, as a server sees it that knows nothing else.
    private final StateStore state =
            states.store(
                    Cast.CIRCLE.pair().publicKey(),
                    1 << 20,
                    writers,
                    InstantSource.system(),
                    effects -> {});

    @TempDir private Path folder;
    private Node one;
    private Node two;

    /// A server.
    private record Node(CircleServer circle) {
        SocketConversation connect(Cast who) throws InterruptedException {
            SocketConversation talk = new SocketConversation(circle.url());
            LogIn.as(who, talk);
            return talk;
        }

        SocketConversation device(Cast who) throws InterruptedException {
            SocketConversation talk = connect(who);
            listen(talk);
            return talk;
        }

        void awaitConnected(PublicKey key, boolean connected) {
            await().atMost(SOON).until(() -> circle.sigSocket().isConnected(key) == connected);
        }
    }

    private Node node(String name) throws IOException {
        return new Node(
                nodes.start(
                        TestCircles.circle()
                                .members(new Members(Set.of(), Map.of(BOB, List.of())))
                                .sigSocket(
                                        new SigSocketConfig(
                                                new SigSocketConfig.Legacy.Off(),
                                                false,
                                                List.of(),
                                                true))
                                .limits(Limits.DEFAULTS.with(Limit.SIGN_PENDING, PENDING_OF_KEY))
                                .module(StubScripts.module("onSigned: publish signed 1")),
                        folder.resolve(name)));
    }

    @BeforeEach
    void start() throws IOException {
        one = node("one");
        two = node("two");
    }

    @AfterEach
    void stop() throws SQLException {
        threads.shutdownNow();
        state.close();
        writers.shutdownNow();
        states.close();
        nodes.close();
    }

    private static void play(Node node, String script) throws InterruptedException {
        try (SocketConversation bob = node.connect(Cast.BOB)) {
            assertThat(ask(bob, "play", script).has("result")).isTrue();
        }
    }

    private static boolean sign(Conversation device, Cast who, JsonNode request)
            throws InterruptedException {
        return accepted(
                ask(device, "sign_respond", request.path("id").asText(), signature(who, request)));
    }

    private void awaitSignedOnce() throws InterruptedException {
        awaitSigned(1);
    }

    /// The handler has run so often, and not once more when each server has done what was asked of
    /// it after that.
    private void awaitSigned(int times) throws InterruptedException {
        await().atMost(SOON).until(() -> signed() == times);
        await().atMost(SOON).until(() -> state.unhandled(0, 9).isEmpty());
        int more = 0;
        for (Node node : Stream.of(one, two).filter(Objects::nonNull).toList()) {
            play(node, "sign %1$s 1 %2$s\nwithdraw %1$s".formatted(UUID.randomUUID(), BOB));
            int all = times + ++more;
            await().atMost(SOON).until(() -> signed() >= all);
            assertThat(signed()).as("each once").isEqualTo(all);
        }
        await().atMost(SOON).until(() -> state.unhandled(0, 9).isEmpty());
    }

    /// What no server of this version has written is in the log, as one of the next may read it.
    @Test
    void whatAServerCannotReadStaysInTheSharedLog() throws Exception {
        var _ =
                state.commit(
                        new Commit(
                                "newer",
                                new Transaction(0, List.of(), List.of(), List.of()),
                                List.of(new Commit.NewEffect("sign", "{}", true)),
                                Optional.empty(),
                                Optional.empty()));
        play(one, "sign %1$s 1 %2$s\nwithdraw %1$s".formatted(UUID.randomUUID(), BOB));
        await().atMost(SOON).until(() -> signed() == 1 && state.unhandled(0, 9).size() <= 1);

        assertThat(state.unhandled(0, 9)).extracting(LoggedEffect::runId).containsExactly("newer");
    }

    /// How often the handler has run.
    private long signed() throws InterruptedException {
        return state.effects(0, 1_000).stream()
                .filter(each -> each.kind().equals("publish"))
                .count();
    }

    private static Ask asking(Cast who, Duration timeout, boolean wait) {
        return new Ask(
                who.pair().publicKey(),
                Message.of("rent".getBytes(UTF_8)),
                "text/plain",
                "Sign?",
                SignDigest.SHA256,
                new Requester("test"),
                timeout,
                wait);
    }

    @Test
    void aScriptAtOneAsksADeviceAtTheOtherAndItsEndIsHandledOnce() throws Exception {
        String id = UUID.randomUUID().toString();
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            play(one, "sign %s 1 %s".formatted(id, ALICE));
            JsonNode request = event(phone, "sign_request");
            assertThat(request.path("id").asText()).isEqualTo(id);
            assertThat(request.path("requester").asText()).isEqualTo(BOB.hex());
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
        }

        awaitSignedOnce();
        assertThat(one.circle.sigSocket().pending()).isZero();
        assertThat(two.circle.sigSocket().pending()).isZero();
        assertThat(folder.resolve("one/server.db")).exists();
    }

    @Test
    void aDeviceMovesFromOneToTheOther() throws Exception {
        play(one, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
        JsonNode request;
        try (SocketConversation phone = one.device(Cast.ALICE)) {
            request = event(phone, "sign_request");
        }
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            assertThat(event(phone, "sign_request")).isEqualTo(request);
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
        }
        awaitSignedOnce();
    }

    @Test
    void aServerEndsWhileItShowsARequestOfTheOther() throws Exception {
        play(one, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
        JsonNode request;
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            request = event(phone, "sign_request");
            nodes.stop(two.circle);
            two = null;
        }
        one.awaitConnected(ALICE, false);
        try (SocketConversation phone = one.device(Cast.ALICE)) {
            assertThat(event(phone, "sign_request")).isEqualTo(request);
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
        }
        awaitSignedOnce();
    }

    @Test
    void theHomeOfARequestEndsAndGoesOnWithItWhenItStartsAgain() throws Exception {
        play(one, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
        String withdrawn = UUID.randomUUID().toString();
        play(one, "sign %s 1 %s".formatted(withdrawn, BOB));
        await().atMost(SOON).until(() -> one.circle.sigSocket().pending() == 2);
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            JsonNode request = event(phone, "sign_request");
            nodes.stop(one.circle);
            assertThat(event(phone, "sign_closed").path("state").asText()).isEqualTo("cancelled");
            play(two, "withdraw " + withdrawn);
            assertThat(state.unhandled(0, 9))
                    .as("it is for the other")
                    .extracting(LoggedEffect::kind)
                    .contains("cancel_sign");
            one = node("one");
            assertThat(event(phone, "sign_request")).isEqualTo(request);
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
        }
        awaitSigned(2);
        assertThat(one.circle.sigSocket().pending()).isZero();
    }

    @Test
    void whatExpiresAtOneIsOverAtTheOther() throws Exception {
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            one.awaitConnected(ALICE, true);
            Future<Signed> asked =
                    threads.submit(
                            () ->
                                    one.circle
                                            .sigSocket()
                                            .sign(
                                                    asking(
                                                            Cast.ALICE,
                                                            Duration.ofSeconds(10),
                                                            false)));
            JsonNode request = event(phone, "sign_request");
            JsonNode closed = event(phone, "sign_closed");

            assertThat(closed.path("state").asText()).isEqualTo("expired");
            assertThat(sign(phone, Cast.ALICE, request)).isFalse();
            assertThatThrownBy(asked::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            CircleException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SIGNER_TIMEOUT));
        }
    }

    @Test
    void ofADeviceAtEachTheFirstAnswerCounts() throws Exception {
        try (SocketConversation laptop = one.device(Cast.ALICE);
                SocketConversation phone = two.device(Cast.ALICE)) {
            play(two, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
            JsonNode request = event(laptop, "sign_request");
            assertThat(event(phone, "sign_request")).isEqualTo(request);
            assertThat(sign(laptop, Cast.ALICE, request)).isTrue();

            assertThat(event(phone, "sign_closed").path("state").asText()).isEqualTo("approved");
            assertThat(sign(phone, Cast.ALICE, request)).isFalse();
        }
        awaitSignedOnce();
    }

    @Test
    void ofSeveralKeysSomeSignHereAndSomeThere() throws Exception {
        try (SocketConversation phone = one.device(Cast.ALICE);
                SocketConversation laptop = two.device(Cast.BOB);
                SocketConversation third = two.device(Cast.MALLORY)) {
            play(
                    one,
                    "sign %s 2 %s,%s,%s"
                            .formatted(
                                    UUID.randomUUID(),
                                    ALICE,
                                    BOB,
                                    Cast.MALLORY.pair().publicKey()));
            event(third, "sign_request");
            assertThat(sign(laptop, Cast.BOB, event(laptop, "sign_request"))).isTrue();
            assertThat(sign(phone, Cast.ALICE, event(phone, "sign_request"))).isTrue();

            assertThat(event(third, "sign_closed").path("state").asText()).isEqualTo("cancelled");
        }
        awaitSignedOnce();
    }

    @Test
    void whenRedisIsStartedAgainDevicesAreAskedAgain() throws Exception {
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            play(one, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
            JsonNode request = event(phone, "sign_request");
            nodes.redis().close();
            String second = UUID.randomUUID().toString();
            play(one, "sign %s 1 %s".formatted(second, ALICE));
            nodes.redis().restart();

            // whether the first is closed and shown again depends on what was lost
            JsonNode next = receive(phone);
            while (!next.at("/params/id").asText().equals(second)) {
                next = receive(phone);
            }
            assertThat(next.path("method").asText()).isEqualTo("sign_request");
            signAmongEvents(phone, next.path("params"));
            signAmongEvents(phone, request);
        }
        awaitSigned(2);
    }

    private static void signAmongEvents(Conversation phone, JsonNode request) {
        await().atMost(SOON)
                .until(
                        () -> {
                            JsonNode answer =
                                    ask(
                                            phone,
                                            "sign_respond",
                                            request.path("id").asText(),
                                            signature(Cast.ALICE, request));
                            while (answer.has("method")) {
                                answer = receive(phone);
                            }
                            return answer.at("/result/accepted").asBoolean();
                        });
    }

    @Test
    void overHttpWhoeverIsConnectedAnywhereCanBeAsked() throws Exception {
        try (SocketConversation phone = two.device(Cast.ALICE);
                HttpClient client = HttpClient.newHttpClient()) {
            one.awaitConnected(ALICE, true);
            assertThat(get(client, "/connected/" + ALICE)).isEqualTo("{\"connected\":true}");
            assertThat(get(client, "/connected/" + BOB)).isEqualTo("{\"connected\":false}");
            assertThat(get(client, "/status")).isEqualTo("{\"connections\":1}");
            Future<HttpResponse<String>> asked =
                    threads.submit(
                            () ->
                                    client.send(
                                            request("/sign")
                                                    .header("Content-Type", "application/json")
                                                    .POST(
                                                            HttpRequest.BodyPublishers.ofString(
                                                                    """
                                                                    {"public_key":"%s","message":"cmVudA=="}"""
                                                                            .formatted(ALICE)))
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString()));
            assertThat(sign(phone, Cast.ALICE, event(phone, "sign_request"))).isTrue();
            assertThat(asked.get().statusCode()).isEqualTo(200);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + TestCircles.host(one.circle) + path));
    }

    private String get(HttpClient client, String path) throws Exception {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
    }

    @Test
    void aScriptAtOneWithdrawsWhatTheOtherHasAsked() throws Exception {
        String id = UUID.randomUUID().toString();
        play(one, "sign %s 1 %s".formatted(id, ALICE));
        await().atMost(SOON).until(() -> one.circle.sigSocket().pending() == 1);
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            event(phone, "sign_request");
            play(two, "withdraw " + id);
            assertThat(event(phone, "sign_closed").path("state").asText()).isEqualTo("cancelled");
        }
        awaitSignedOnce();
    }

    /// A server that commits, and is gone before it has taken what its script has asked.
    @Test
    void whatAServerLeavesThatIsGoneOneOfTheOthersTakes() throws Exception {
        try (SocketConversation phone = two.device(Cast.ALICE);
                Bus bus = nodes.bus()) {
            Silent third = new Silent();
            var line = bus.open(Cast.CIRCLE.pair().publicKey(), Bus.Topic.SIGN, third);
            await().atMost(SOON).until(() -> line.nodes().size() == 2);
            LeftBehind.commit(state, ALICE);
            assertThat(state.unhandled(0, 9)).hasSize(1);
            line.close();

            JsonNode request = event(phone, "sign_request");
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
            awaitSignedOnce();
            assertThat(ask(phone, "whoami").path("id").asText())
                    .as("it was asked once")
                    .isEqualTo("whoami");
        }
    }

    @Test
    void whatAServerHasTakenAndCouldNotKeepItAsksWhenItStartsAgain() throws Exception {
        play(one, "sign %s 1 %s".formatted(UUID.randomUUID(), BOB));
        await().atMost(SOON).until(() -> one.circle.sigSocket().pending() == 1);
        await().atMost(SOON).until(() -> taken() == 0);
        sql(one, FULL_DISK);
        String id = UUID.randomUUID().toString();
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            play(one, "sign %s 1 %s".formatted(id, ALICE));
            await().atMost(SOON).until(() -> taken() == 1);
            nodes.stop(one.circle);
            play(two, "withdraw " + UUID.randomUUID());
            sql(one, "DROP TRIGGER full");
            one = node("one");
            JsonNode request = event(phone, "sign_request");
            assertThat(request.path("id").asText()).isEqualTo(id);
            assertThat(sign(phone, Cast.ALICE, request)).isTrue();
        }
        await().atMost(SOON).until(() -> signed() == 1);
    }

    /// How much is taken and not handled.
    private long taken() throws SQLException {
        try (Connection connection = DriverManager.getConnection(state.url());
                Statement sql = connection.createStatement();
                ResultSet row =
                        sql.executeQuery(
                                "SELECT count(*) FROM circles.circle_unhandled"
                                        + " WHERE taker IS NOT NULL")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void sql(Node node, String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:"
                                        + node.circle.config().data().orElseThrow()
                                        + "/server.db");
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Test
    void ofManyThatAreAskedAtBothEachIsAskedAndHandledOnce() throws Exception {
        int each = 20;
        try (SocketConversation phone = two.device(Cast.ALICE)) {
            List<Future<?>> asking =
                    Stream.of(one, two)
                            .<Future<?>>map(node -> threads.submit(() -> playMany(node, each)))
                            .toList();
            Set<String> seen = new HashSet<>();
            Set<String> answered = new HashSet<>();
            while (answered.size() < 2 * each) {
                JsonNode next = receiveAsked(phone, asking);
                if (next.has("method")) {
                    JsonNode request = next.path("params");
                    String id = request.path("id").asText();
                    assertThat(seen.add(id)).as("shown once").isTrue();
                    phone.send(
                            Json.write(
                                    Json.object()
                                            .put("jsonrpc", "2.0")
                                            .put("id", id)
                                            .put("method", "sign_respond")
                                            .set(
                                                    "params",
                                                    Json.tree(
                                                            List.of(
                                                                    id,
                                                                    signature(
                                                                            Cast.ALICE,
                                                                            request))))));
                } else {
                    assertThat(next.at("/result/accepted").asBoolean()).isTrue();
                    answered.add(next.path("id").asText());
                }
            }
            for (Future<?> done : asking) {
                done.get();
            }
        }
        awaitSigned(2 * each);
    }

    /// What was not asked does not come: if nothing does, it says why.
    private static JsonNode receiveAsked(Conversation talk, List<Future<?>> asking)
            throws Exception {
        try {
            return receive(talk);
        } catch (AssertionError e) {
            for (Future<?> play : asking) {
                if (play.isDone()) {
                    play.get();
                }
            }
            throw e;
        }
    }

    private static boolean playMany(Node node, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            play(node, "sign %s 1 %s".formatted(UUID.randomUUID(), ALICE));
        }
        return true;
    }

    private static final class Silent implements BusListener {
        @Override
        public void joined(String node) {}

        @Override
        public void received(String node, ObjectNode message) {}

        @Override
        public void gap(String node) {}

        @Override
        public void left(String node) {}
    }
}
