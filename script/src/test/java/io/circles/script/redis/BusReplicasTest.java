package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.script.bus.BusListener;
import io.circles.script.redis.BusNodes.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the bus is for: each node knows what the others have, from a picture of it when they meet
/// and from what changes later, whatever is lost on the way.
class BusReplicasTest {
    private static final String LINE = "02ab:sign";
    private static final int STEPS = 2_000;

    private final BusNodes net = new BusNodes();

    /// What a listener throws, the bus only logs.
    private final List<Throwable> faults = new ArrayList<>();

    private final class Replica implements BusListener {
        final Node node;
        final Set<Integer> own = new TreeSet<>();
        final Map<String, Set<Integer>> others = new HashMap<>();
        BusQueue queue;

        Replica(String name) {
            this.node = net.new Node(name);
            this.queue = node.open(LINE, this, net.tasks::add);
        }

        void change(int value) {
            boolean added = own.add(value) || !own.remove(value);
            String text = Json.write(Json.object().put(added ? "add" : "remove", value));
            node.peers.broadcast(LINE, Json.raw(text), text.length());
        }

        void reopen() {
            queue.close();
            node.peers.close(LINE, queue);
            others.clear();
            queue = node.open(LINE, this, net.tasks::add);
        }

        private void noting(Runnable told) {
            try {
                told.run();
            } catch (RuntimeException | Error e) {
                faults.add(e);
            }
        }

        @Override
        public void joined(String other) {
            noting(
                    () -> {
                        assertThat(others).doesNotContainKey(other);
                        begin(other);
                    });
        }

        @Override
        public void gap(String other) {
            noting(
                    () -> {
                        assertThat(others).containsKey(other);
                        begin(other);
                    });
        }

        private void begin(String other) {
            others.put(other, new TreeSet<>());
            ObjectNode all = Json.object();
            ArrayNode values = all.putArray("all");
            own.forEach(values::add);
            String text = Json.write(all);
            node.peers.send(LINE, other, Json.raw(text), text.length());
        }

        @Override
        public void received(String other, ObjectNode message) {
            noting(() -> take(other, message));
        }

        private void take(String other, ObjectNode message) {
            Set<Integer> known = others.get(other);
            assertThat(known).as("of one that has joined").isNotNull();
            if (message.has("all")) {
                known.clear();
                for (JsonNode value : message.path("all")) {
                    known.add(value.intValue());
                }
            } else if (message.has("add")) {
                known.add(message.path("add").intValue());
            } else {
                known.remove(message.path("remove").intValue());
            }
        }

        @Override
        public void left(String other) {
            noting(() -> assertThat(others.remove(other)).isNotNull());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyNodeKnowsInTheEndWhatTheOthersHave(long seed) {
        Random random = new Random(seed);
        List<Replica> all = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            all.add(new Replica(name));
        }
        net.lost = _ -> random.nextInt(10) == 0;
        for (int i = 0; i < STEPS; i++) {
            step(all.get(random.nextInt(all.size())), random);
        }
        net.lost = _ -> false;
        all.forEach(each -> each.node.stopped = false);
        net.pass(Duration.ofSeconds(20));
        assertThat(faults).isEmpty();
        for (Replica each : all) {
            for (Replica other : all) {
                if (each != other) {
                    assertThat(each.others.get(other.node.name))
                            .as(each.node.name + " of " + other.node.name)
                            .isEqualTo(other.own);
                }
            }
        }
    }

    private void step(Replica one, Random random) {
        switch (random.nextInt(16)) {
            case 0 -> one.reopen();
            case 1 -> net.pass(Duration.ofMillis(100L * random.nextInt(10)));
            case 2 -> one.node.stopped = random.nextInt(4) == 0;
            case 3 -> net.pass(Duration.ofMillis(100L * random.nextInt(70)));
            case 4, 5, 6, 7, 8 -> net.deliver();
            default -> one.change(random.nextInt(100));
        }
    }
}
