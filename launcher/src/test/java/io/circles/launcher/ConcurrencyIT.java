package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What many connections do at once to one state comes out as if it were done one after the other.
/// What the server gives up as a `conflict`, the clients send again; how often is printed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConcurrencyIT {
    private static final int CONNECTIONS = 16;
    private static final int PATIENCE_SECONDS = 240;
    private static final String MODULE =
            Bank.MODULE
                    + """
            // of two who are on call, one may leave
            export function leave({pair, who}) {
              const [a, b] = [0, 1].map((each) => state.get(`circle/call/${pair}/${each}`) ?? true);
              if (a && b) state.set(`circle/call/${pair}/${who}`, false);
              return a && b;
            }
            // a room is for five
            export function enter({room, id}) {
              const {entries} = state.list({prefix: `circle/room/${room}/`});
              if (entries.length < 5) state.set(`circle/room/${room}/${id}`, true);
              return entries.length < 5;
            }
            """;

    private final ConcurrentMap<String, Integer> troubles = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private LastingCircle circle;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        circle = new LastingCircle(folder, MODULE).start();
    }

    @AfterAll
    void stop() {
        circle.close();
        threads.shutdownNow();
    }

    /// Each connection makes its calls one after the other.
    ///
    /// @return what all of them came to
    private List<JsonNode> calls(int each, String function, IntFunction<JsonNode> args)
            throws Exception {
        List<Future<List<JsonNode>>> all = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            int first = i * each;
            all.add(
                    threads.submit(
                            () -> {
                                List<JsonNode> results = new ArrayList<>();
                                try (Teller teller = new Teller(circle::connectMember, troubles)) {
                                    for (int n = first; n < first + each; n++) {
                                        ObjectNode call = Json.object().put("function", function);
                                        call.set("args", args.apply(n));
                                        results.add(teller.value("call", call));
                                    }
                                }
                                return results;
                            }));
        }
        List<JsonNode> results = new ArrayList<>();
        for (Future<List<JsonNode>> one : all) {
            results.addAll(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        System.out.printf(
                "ConcurrencyIT: %d of %s; sent again because of %s%n",
                results.size(), function, Map.copyOf(troubles));
        return results;
    }

    private Map<String, JsonNode> entries(String prefix) throws InterruptedException {
        try (CircleClient client = circle.connectMember()) {
            return Bank.entries(client, prefix);
        }
    }

    @Test
    void twoThatReadTheSameAndWriteDifferentKeysAreNotBothRight() throws Exception {
        int pairs = 40;
        // connections i and i + 8 are at the same pairs at the same time
        List<JsonNode> left =
                calls(
                        2 * pairs / CONNECTIONS,
                        "leave",
                        n -> Json.object().put("pair", n % pairs).put("who", n / pairs));

        assertThat(left.stream().filter(JsonNode::asBoolean)).hasSize(pairs);
        assertThat(entries("circle/call/")).hasSize(pairs);
    }

    @Test
    void noMoreEntriesAppearThanWhoListedThemAllowed() throws Exception {
        int rooms = 10;
        List<JsonNode> entered =
                calls(2 * rooms, "enter", n -> Json.object().put("room", n % rooms).put("id", n));

        assertThat(entered.stream().filter(JsonNode::asBoolean)).hasSize(5 * rooms);
        assertThat(entries("circle/room/")).hasSize(5 * rooms);
    }

    @Test
    void aThousandTransfersKeepTheSumAndNoBalanceIsNegative() throws Exception {
        int each = (1_000 + CONNECTIONS - 1) / CONNECTIONS;
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        try (CircleClient client = circle.connectMember()) {
            for (int i = 0; i < Bank.ACCOUNTS; i++) {
                ObjectNode deposit = Json.object().put("id", "d" + i).put("to", "" + i);
                CircleApi.Played _ = client.call("deposit", deposit.put("amount", 100));
            }
        }
        List<JsonNode> args = new ArrayList<>();
        for (int n = 0; n < each * CONNECTIONS; n++) {
            args.add(
                    Json.object()
                            .put("id", "t" + n)
                            .put("from", "" + random.nextInt(Bank.ACCOUNTS))
                            .put("to", "" + random.nextInt(Bank.ACCOUNTS))
                            .put("amount", random.nextInt(1, 80)));
        }

        List<JsonNode> results = calls(each, "transfer", args::get);

        assertThat(entries("circle/done/t")).hasSize(results.size());
        List<Long> balances =
                entries("circle/account/").values().stream()
                        .map(account -> account.path("balance").asLong())
                        .toList();
        assertThat(balances).hasSize(Bank.ACCOUNTS).allMatch(balance -> balance >= 0);
        assertThat(balances.stream().mapToLong(Long::longValue).sum())
                .isEqualTo(100L * Bank.ACCOUNTS);
        assertThat(results).anyMatch(result -> result.path("moved").asBoolean());
    }
}
