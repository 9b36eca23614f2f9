package io.circles.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of a server at random instants, while each of a thousand events of Stripe is sent
/// three times, in any order: each is run once by the state that the runs leave, and none is lost.
///
/// A few kills by default; twenty with `-Dcircles.long=true` or `CI_LONG` set. `-Dcircles.seed=`
/// repeats the choices, though not the instants of the machine.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WebhookCrashIT {
    private static final boolean LONG =
            Boolean.getBoolean("circles.long") || System.getenv("CI_LONG") != null;
    private static final int KILLS = LONG ? 20 : 3;
    private static final int EVENTS = 1_000;
    private static final int TIMES = 3;
    private static final int SENDERS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final String SECRET = "whsec_of_a_test_that_kills";
    private static final String MODULE =
            """
            export function onWebhook(event) {
              state.increment(`circle/ran/${event.id}`);
              state.increment('circle/balance', event.payload.data.object.amount);
            }
            export function told() {
              const ran = [];
              for (let after; ; ) {
                const page = state.list({ prefix: 'circle/ran/', limit: 1000, after });
                ran.push(...page.entries.map(({ value }) => value));
                if (page.cursor === undefined) break;
                after = page.cursor;
              }
              return {
                events: ran.length,
                once: ran.filter((times) => times === 1).length,
                balance: state.get('circle/balance') ?? 0,
              };
            }
            """;

    @TempDir private Path folder;

    private final long seed = Long.getLong("circles.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Queue<Integer> unsent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LastingCircle circle;
    private URI route;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("stripe.secret"), SECRET);
        circle = new LastingCircle(folder, MODULE);
        circle.file().putObject("workers").put("count", 0); // what is killed is the server
        ObjectNode webhooks = circle.circle().putObject("webhooks");
        webhooks.putObject("stripe").putArray("secrets").add("file:stripe.secret");
        ((ObjectNode) circle.circle().path("limits"))
                .put("webhook_requests", 1_000_000)
                .put("state_operations", 100_000);
        var _ = circle.start();
        String url = "http://" + circle.process().url(0).getAuthority();
        route = URI.create(url + "/webhooks/stripe" + circle.process().url(0).getPath());
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        threads.shutdownNow();
        circle.close();
    }

    @Test
    void eachEventIsRunOnceWheneverTheServerIsKilled() throws Exception {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < EVENTS * TIMES; i++) {
            all.add(i % EVENTS);
        }
        Collections.shuffle(all, random);
        unsent.addAll(all);
        List<Future<?>> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            senders.add(threads.submit(this::send));
        }
        for (int i = 1; i <= KILLS; i++) {
            int enough = all.size() * i / (KILLS + 1);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .failFast(() -> senders.stream().allMatch(Future::isDone))
                    .until(() -> acknowledged.get() >= enough);
            LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE.toNanos()));
            circle.restart("KILL");
        }
        for (Future<?> sender : senders) {
            sender.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        JsonNode right =
                Json.object()
                        .put("events", EVENTS)
                        .put("once", EVENTS)
                        .put("balance", EVENTS * (EVENTS - 1) / 2);
        try (Teller teller = new Teller(circle::connectMember, troubles)) {
            await().atMost(PATIENCE)
                    .until(() -> told(teller), told -> told.path("events").asInt() == EVENTS);
            assertThat(told(teller)).as("seed %d", seed).isEqualTo(right);
        }
        System.out.printf(
                "WebhookCrashIT: seed %d; killed %d servers; %d deliveries; tried again because of %s%n",
                seed, KILLS, acknowledged.get(), Map.copyOf(troubles));
    }

    private static JsonNode told(Teller teller) throws InterruptedException {
        return teller.value("call", Json.object().put("function", "told"));
    }

    /// As Stripe does: what was not acknowledged is sent again.
    private Void send() throws InterruptedException {
        for (Integer next = unsent.poll(); next != null; next = unsent.poll()) {
            while (!isTaken(next)) {
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
            acknowledged.incrementAndGet();
        }
        return null;
    }

    private boolean isTaken(int number) throws InterruptedException {
        byte[] body =
                """
                {"id": "evt_%d", "type": "charge.succeeded", "data": {"object": {"amount": %d}}}"""
                        .formatted(number, number)
                        .getBytes(UTF_8);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(route)
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        new Stripe(Tolerance.DEFAULT)
                .sign(body, SECRET.getBytes(UTF_8), "", Instant.now())
                .forEach(request::header);
        try {
            int status =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                troubles.merge("status " + status, 1, Integer::sum);
            }
            return status == 200;
        } catch (IOException e) {
            troubles.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            return false;
        }
    }
}
