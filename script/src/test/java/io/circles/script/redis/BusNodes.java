package io.circles.script.redis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.script.bus.BusListener;
import io.circles.script.wire.UnreadableMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Nodes without a Redis between them: their clock is the test's, and so is what is lost.
final class BusNodes {
    private static final Duration STEP = Duration.ofMillis(100);

    final Map<String, Node> nodes = new LinkedHashMap<>();

    /// What listeners are still to be told.
    final Queue<Runnable> tasks = new ArrayDeque<>();

    /// All that was delivered.
    final List<BusPeers.Outgoing> delivered = new ArrayList<>();

    /// What is lost on the way, and whose way is cut.
    Predicate<BusPeers.Outgoing> lost = _ -> false;

    /// How long all is on its way.
    Duration delay = Duration.ZERO;

    long now = 1;
    private long numbers;
    private long beatAt;

    /// What a line's listener was told, as words.
    static final class Told implements BusListener {
        final List<String> all = new ArrayList<>();
        private final Consumer<String> atGap;

        Told() {
            this(_ -> {});
        }

        /// @param atGap what it does when something of a node was lost
        Told(Consumer<String> atGap) {
            this.atGap = atGap;
        }

        @Override
        public void joined(String node) {
            all.add(node + " joined");
        }

        @Override
        public void received(String node, ObjectNode message) {
            all.add(node + " " + message.path("say").asText());
        }

        @Override
        public void gap(String node) {
            all.add(node + " gap");
            atGap.accept(node);
        }

        @Override
        public void left(String node) {
            all.add(node + " left");
        }

        List<String> take() {
            List<String> taken = List.copyOf(all);
            all.clear();
            return taken;
        }
    }

    /// @param at when it arrives
    private record Sent(BusPeers.Outgoing out, long at) {}

    final class Node {
        final String name;
        final BusPeers peers;
        final Queue<Sent> unread = new ArrayDeque<>();
        boolean stopped;

        Node(String name) {
            this.name = name;
            this.peers = new BusPeers(name, () -> numbers += 1_000_000, () -> now);
            peers.reading(true);
            peers.writing(true);
            nodes.put(name, this);
        }

        Told open(String line) {
            Told told = new Told();
            open(line, told, tasks::add);
            return told;
        }

        BusQueue open(String line, BusListener listener, Executor threads) {
            BusQueue queue = new BusQueue(listener, threads);
            peers.open(line, queue);
            return queue;
        }

        void say(String line, String words) {
            String text = Json.write(said(words));
            peers.broadcast(line, Json.raw(text), text.length());
        }

        void say(String line, String node, String words) {
            String text = Json.write(said(words));
            peers.send(line, node, Json.raw(text), text.length());
        }
    }

    static ObjectNode said(String words) {
        return Json.object().put("say", words);
    }

    /// Delivers until nothing is under way.
    void deliver() {
        boolean some = true;
        while (some) {
            some = false;
            for (Node node : List.copyOf(nodes.values())) {
                if (!node.stopped) {
                    some |= write(node);
                    some |= read(node);
                }
            }
        }
    }

    private boolean write(Node node) {
        List<BusPeers.Outgoing> taken = node.peers.takeNow();
        tell();
        for (BusPeers.Outgoing out : taken) {
            Node to = nodes.get(out.node());
            if (to != null && !lost.test(out)) {
                to.unread.add(new Sent(out, now + delay.toNanos()));
            }
        }
        return !taken.isEmpty();
    }

    private boolean read(Node node) {
        boolean some = false;
        while (!node.unread.isEmpty() && node.unread.element().at <= now) {
            some = true;
            BusPeers.Outgoing out = node.unread.remove().out;
            delivered.add(out);
            node.peers.received(read(out.message()));
            tell();
        }
        return some;
    }

    private void tell() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /// As it comes over Redis.
    static BusMessage read(BusMessage message) {
        try {
            return BusMessage.read(new Message(Instant.MAX, message.written()));
        } catch (UnreadableMessage e) {
            throw new AssertionError(e);
        }
    }

    /// Lets time go by.
    void pass(Duration time) {
        long until = now + time.toNanos();
        while (now < until) {
            now += STEP.toNanos();
            if (now >= beatAt) {
                beatAt = now + TimeUnit.SECONDS.toNanos(1);
                for (Node node : nodes.values()) {
                    if (!node.stopped) {
                        node.peers.beat(nodes.keySet());
                    }
                }
            }
            deliver();
        }
    }

    /// Long enough to meet, and for what is lost to be noticed.
    void settle() {
        pass(Duration.ofSeconds(4));
    }
}
