package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.client.ConnectionLostException;
import io.circles.client.DialException;
import io.circles.client.SignDecision;
import io.circles.client.SignRequest;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.KeyPair;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of a server at random instants, while scripts ask for signatures and a device signs:
/// no request is lost, and the circle's handler does its work once for each.
///
/// A few kills by default; thirty with `-Dcircles.long=true` or `CI_LONG` set. `-Dcircles.seed=`
/// repeats the choices, though not the instants of the machine.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SignCrashIT {
    private static final boolean LONG =
            Boolean.getBoolean("circles.long") || System.getenv("CI_LONG") != null;
    private static final int KILLS = LONG ? 30 : 2;
    private static final int ASKED_BETWEEN = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration BETWEEN_ASKS = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(300);
    private static final Duration LONGEST_ANSWER = Duration.ofMillis(50);
    private static final String MODULE =
            """
            export function ask({ key, n }) {
              return sign.request({ key, message: `pay ${n}`, display: `Pay ${n}?`, ttl: 600000 });
            }
            export function onSigned(event) {
              state.increment(`circle/told/${event.id}`);
              state.set(`circle/as/${event.id}`, event.state);
            }
            export function told({ ids }) {
              return ids.map((id) => ({
                times: state.get(`circle/told/${id}`) ?? 0,
                as: state.get(`circle/as/${id}`) ?? null,
              }));
            }
            """;

    @TempDir private Path folder;

    private final long seed = Long.getLong("circles.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final KeyPair key = KeyPair.generate(new SecureRandom());
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final CountDownLatch enough = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LastingCircle circle;

    @BeforeEach
    void start() throws Exception {
        circle = new LastingCircle(folder, MODULE);
        circle.file().putObject("workers").put("count", 0);
        ((ObjectNode) circle.circle().path("limits"))
                .put("sign_pending", 10_000)
                .put("sign_requests", 100_000);
        var _ = circle.start();
    }

    @AfterEach
    void stop() {
        circle.close();
        threads.shutdownNow();
    }

    @Test
    void everyRequestIsSignedAndToldOnceWheneverTheServerIsKilled() throws Exception {
        Future<?> asker = threads.submit(this::ask);
        Future<?> device = threads.submit(this::sign);
        for (int i = 0; i < KILLS; i++) {
            int before = asked.size();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .failFast(() -> asker.isDone() || device.isDone())
                    .until(() -> asked.size() >= before + ASKED_BETWEEN);
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE.toNanos()));
            circle.restart("KILL");
        }
        enough.countDown();
        asker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        checkAll();
        circle.restart("TERM");
        checkAll();
        over.countDown();
        device.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        System.out.printf(
                "SignCrashIT: seed %d; killed %d servers; %d requests; tried again because of %s%n",
                seed, KILLS, asked.size(), Map.copyOf(troubles));
    }

    /// Each ask has a key by which the circle knows it again.
    private Void ask() throws InterruptedException {
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            for (int n = 0; enough.getCount() > 0; n++) {
                JsonNode args = Json.object().put("key", key.publicKey().hex()).put("n", n);
                JsonNode id = teller.value("call", call("ask", args, "ask-" + n));
                asked.add(id.asText());
                LockSupport.parkNanos(BETWEEN_ASKS.toNanos());
            }
        }
        return null;
    }

    private static JsonNode call(String function, JsonNode args, String idempotencyKey) {
        return Json.object()
                .put("function", function)
                .put("idempotency_key", idempotencyKey)
                .set("args", args);
    }

    /// One connection after the other; in between, requests wait.
    private Void sign() throws InterruptedException {
        while (over.getCount() > 0) {
            try (CircleClient client = circle.client(key).onSignRequest(this::approve).connect()) {
                while (!over.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                    var _ = client.whoami(); // or a connection that is lost would not be noticed
                }
            } catch (DialException | ConnectionLostException e) {
                troubles.merge("device's " + e.getClass().getSimpleName(), 1, Integer::sum);
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos()); // who dials on and on is refused
            }
        }
        return null;
    }

    /// Takes a moment, so that some are shown and not answered when the server is killed.
    private SignDecision approve(SignRequest request) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_ANSWER.toNanos()));
        return SignDecision.approve();
    }

    private void checkAll() throws InterruptedException {
        List<String> ids = List.copyOf(asked);
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    told(teller, ids).findValues("times").stream()
                                            .allMatch(times -> times.asInt() > 0));
            assertThat(told(teller, ids))
                    .as("seed %d", seed)
                    .hasSize(ids.size())
                    .allMatch(Json.object().put("times", 1).put("as", "approved")::equals);
        }
    }

    private static JsonNode told(Teller teller, List<String> ids) throws InterruptedException {
        JsonNode args = Json.object().set("ids", Json.tree(ids));
        return teller.value("call", Json.object().put("function", "told").set("args", args));
    }
}
