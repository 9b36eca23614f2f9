package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.client.CircleClient;
import io.circles.protocol.CircleApi;
import io.circles.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// A bank whose every operation leaves a trace: the circle's functions, what clients ask of them,
/// and what must be in the circle in the end. Thread-safe.
final class Bank {
    static final int ACCOUNTS = 10;

    /// A trace says how often the operation was done, and has a mark that each run makes anew: the
    /// result that the client got is the one of the run that was committed.
    static final String MODULE =
            """
            function account(name) {
              return state.get('circle/account/' + name) ?? {balance: 0, deposits: 0};
            }
            function done(id, moved) {
              const times = state.get('circle/done/' + id)?.times ?? 0;
              const mark = crypto.uuid();
              state.set('circle/done/' + id, {times: times + 1, mark});
              return {mark, moved};
            }
            export function deposit({id, to, amount}) {
              const {balance, deposits} = account(to);
              state.set('circle/account/' + to, {balance: balance + amount, deposits: deposits + 1});
              events.publish('deposits', {id, to, number: deposits + 1});
              return done(id, true);
            }
            export function transfer({id, from, to, amount}) {
              const source = account(from);
              const moved = from !== to && source.balance >= amount;
              if (moved) {
                const target = account(to);
                state.set('circle/account/' + from, {...source, balance: source.balance - amount});
                state.set('circle/account/' + to, {...target, balance: target.balance + amount});
              }
              return done(id, moved);
            }
            export function page({prefix, after}) {
              return state.list({prefix, after, limit: 1000});
            }
            """;

    /// What a member does by itself, without the circle's functions.
    private static final String NOTE =
            """
            const times = state.get('note/' + args.id)?.times ?? 0;
            const mark = crypto.uuid();
            state.set('note/' + args.id, {times: times + 1, mark});
            ({mark})
            """;

    private final ConcurrentMap<String, Done> acknowledged = new ConcurrentHashMap<>();

    /// Something that a client asks for once.
    ///
    /// @param method `play` or `call`
    /// @param params without an idempotency key
    record Operation(String id, String method, ObjectNode params) {
        private String function() {
            return params.path("function").asText();
        }

        private String account(String member) {
            return params.path("args").path(member).asText();
        }

        private long amount() {
            return params.path("args").path("amount").asLong();
        }

        /// Its id is its idempotency key too.
        JsonNode withKey() {
            return params.deepCopy().put("idempotency_key", id);
        }
    }

    private record Done(Operation operation, JsonNode result) {}

    /// Any operation.
    static Operation any(String id, RandomGenerator random) {
        ObjectNode args = Json.object().put("id", id);
        ObjectNode params = Json.object();
        int kind = random.nextInt(10);
        if (kind < 2) {
            params.put("script", NOTE).set("args", args);
            return new Operation(id, "play", params);
        }
        args.put("from", Integer.toString(random.nextInt(ACCOUNTS)))
                .put("to", Integer.toString(random.nextInt(ACCOUNTS)))
                .put("amount", random.nextInt(1, 100));
        params.put("function", kind < 6 ? "deposit" : "transfer").set("args", args);
        return new Operation(id, "call", params);
    }

    /// A client has the result of an operation, perhaps not for the first time.
    void acknowledge(Operation operation, JsonNode result) {
        Done before = acknowledged.putIfAbsent(operation.id(), new Done(operation, result));
        if (before != null) {
            assertThat(result).as("result of %s, again", operation).isEqualTo(before.result);
        }
    }

    /// Some of those that are acknowledged, each n-th.
    List<Operation> eachOf(int n) {
        List<Operation> all = acknowledged.values().stream().map(Done::operation).toList();
        return IntStream.range(0, all.size()).filter(i -> i % n == 0).mapToObj(all::get).toList();
    }

    int size() {
        return acknowledged.size();
    }

    private List<Done> of(String function) {
        return acknowledged.values().stream()
                .filter(done -> done.operation.function().equals(function))
                .toList();
    }

    int deposits() {
        return of("deposit").size();
    }

    /// Each operation that was acknowledged has been done once, and nothing else.
    void check(CircleClient client) throws InterruptedException {
        Map<String, JsonNode> traces = new TreeMap<>(entries(client, "circle/done/"));
        traces.putAll(entries(client, "note/"));
        Map<String, JsonNode> expected = new TreeMap<>();
        acknowledged.forEach((id, done) -> expected.put(id, once(done.result.path("mark"))));
        assertThat(traces).isEqualTo(expected);

        Map<String, Long> balances = new TreeMap<>();
        entries(client, "circle/account/")
                .forEach((name, account) -> balances.put(name, account.path("balance").asLong()));
        assertThat(balances).isEqualTo(balances());
        assertThat(balances.values()).allMatch(balance -> balance >= 0);
    }

    private static JsonNode once(JsonNode mark) {
        return Json.object().put("times", 1).set("mark", mark);
    }

    private Map<String, Long> balances() {
        Map<String, Long> balances = new TreeMap<>();
        for (Done done : of("deposit")) {
            balances.merge(done.operation.account("to"), done.operation.amount(), Long::sum);
        }
        for (Done done : of("transfer")) {
            if (done.result.path("moved").asBoolean()) {
                balances.merge(done.operation.account("from"), -done.operation.amount(), Long::sum);
                balances.merge(done.operation.account("to"), done.operation.amount(), Long::sum);
            }
        }
        return balances;
    }

    /// Each deposit that was acknowledged has been told once, in the order of the commits, and
    /// nothing else has.
    void check(List<CircleApi.Published> events) {
        assertThat(events)
                .extracting(event -> event.data().path("id").asText())
                .containsExactlyInAnyOrderElementsOf(
                        of("deposit").stream().map(done -> done.operation.id()).toList());
        Map<String, List<Long>> numbers = new LinkedHashMap<>();
        for (CircleApi.Published event : events) {
            numbers.computeIfAbsent(event.data().path("to").asText(), _ -> new ArrayList<>())
                    .add(event.data().path("number").asLong());
        }
        assertThat(numbers.values())
                .allSatisfy(
                        of ->
                                assertThat(of)
                                        .isEqualTo(
                                                LongStream.rangeClosed(1, of.size())
                                                        .boxed()
                                                        .toList()));
    }

    /// All of the state whose keys begin so, by the rest of the key.
    static Map<String, JsonNode> entries(CircleClient client, String prefix)
            throws InterruptedException {
        Map<String, JsonNode> entries = new LinkedHashMap<>();
        ObjectNode args = Json.object().put("prefix", prefix);
        JsonNode page;
        do {
            page = client.call("page", args).value();
            for (JsonNode entry : page.path("entries")) {
                entries.put(
                        entry.path("key").asText().substring(prefix.length()), entry.path("value"));
            }
            args.set("after", page.path("cursor"));
        } while (page.has("cursor"));
        return entries;
    }
}
