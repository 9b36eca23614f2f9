package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.LoggedLines;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol.Command;

/// Nodes with a Redis between them that fails, and somebody who writes to it.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("waiting")
class RedisBusIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final PublicKey CIRCLE =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");
    private static final String LINE = CIRCLE.hex() + ":events";

    private final RedisServer redis = RedisServer.start();
    private final List<Node> nodes = new ArrayList<>();

    /// A bus with one line, and what its listener was told.
    private final class Node implements BusListener {
        final RedisConnections connections = redis.connections("bus");
        final RedisBus bus = new RedisBus(connections);
        final List<String> told = new CopyOnWriteArrayList<>();
        final CountDownLatch hold = new CountDownLatch(1);
        final BusLine line;
        volatile boolean slow;

        Node() {
            nodes.add(this);
            this.line = bus.open(CIRCLE, Bus.Topic.EVENTS, this);
        }

        String name() {
            return bus.node();
        }

        String stream() {
            return connections.name(Names.bus(name()));
        }

        void say(String words) {
            line.broadcast(BusNodes.said(words));
        }

        /// What was said to it, and by nobody twice.
        List<String> heard() {
            return told.stream().filter(each -> each.startsWith("said ")).toList();
        }

        @Override
        public void joined(String node) {
            told.add("joined " + node);
        }

        @Override
        public void received(String node, ObjectNode message) {
            told.add("said " + message.path("say").asText());
            if (slow) {
                awaitGo();
            }
        }

        private void awaitGo() {
            try {
                hold.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void gap(String node) {
            told.add("gap " + node);
        }

        @Override
        public void left(String node) {
            told.add("left " + node);
        }
    }

    @AfterEach
    void close() {
        redis.process().goOn();
        nodes.forEach(node -> node.hold.countDown());
        nodes.forEach(node -> node.bus.close());
        redis.close();
    }

    private List<Node> met(int count) {
        List<Node> all = IntStream.range(0, count).mapToObj(_ -> new Node()).toList();
        await().atMost(LONG)
                .until(() -> all.stream().allMatch(n -> n.line.nodes().size() == count - 1));
        return all;
    }

    /// Says something again and again until it comes: the word that came.
    private static void reaches(Node from, Node to) {
        AtomicInteger tries = new AtomicInteger();
        String words = "ping of " + from.name() + " " + System.nanoTime() + " ";
        await().atMost(LONG)
                .until(
                        () -> {
                            from.say(words + tries.incrementAndGet());
                            return to.told.stream().anyMatch(each -> each.contains(words));
                        });
    }

    @Test
    void aNodeWithAnotherKeyIsSaidOnce() {
        RedisConnections strange =
                new RedisConnections(
                        redis.settings(SharedKey.of("o".repeat(32)), "bus"),
                        InstantSource.system(),
                        new SecureRandom());
        try (LoggedLines lines = LoggedLines.of(BusReader.class);
                RedisLink link = strange.open()) {
            Node node = met(2).getFirst();
            byte[] beat = new BusMessage("stranger-1", 1, 0, new BusNote.Beat()).written();
            Instant until = strange.clock().instant().plusSeconds(30);
            byte[] sealed = strange.seal().seal(Purpose.BUS, node.stream(), until, beat);
            for (byte[] message : List.of(sealed, sealed, new byte[50], sealed)) {
                link.ask(Command.XADD, node.stream(), "*", Names.MESSAGE, message);
            }
            reaches(nodes.getLast(), node);

            assertThat(lines.take())
                    .extracting(line -> line.getKeyValuePairs().getFirst().value)
                    .containsExactly("stranger-1", "somebody");
        }
    }

    private static long gaps(Node node, String of) {
        return node.told.stream().filter(each -> each.startsWith("gap " + of)).count();
    }

    private static void assertNobodyLeft(List<Node> all) {
        assertThat(all)
                .allSatisfy(
                        node -> assertThat(node.told).noneMatch(each -> each.startsWith("left")));
    }

    @Test
    void nodesHearEachOtherInOrder() {
        List<Node> all = met(3);
        for (int i = 0; i < 1_000; i++) {
            all.get(0).say("" + i);
        }
        List<String> expected = IntStream.range(0, 1_000).mapToObj(i -> "said " + i).toList();
        await().atMost(LONG).until(() -> all.get(1).heard().size() >= 1_000);
        await().atMost(LONG).until(() -> all.get(2).heard().size() >= 1_000);
        assertThat(all.get(1).heard()).isEqualTo(expected);
        assertThat(all.get(2).heard()).isEqualTo(expected);
        assertThat(all.get(0).heard()).isEmpty();

        all.get(0).line.send(all.get(2).name(), BusNodes.said("only you"));
        all.get(0).say("all");
        await().atMost(LONG).until(() -> all.get(1).told.contains("said all"));
        assertThat(all.get(2).told).contains("said only you");
        assertThat(all.get(1).told).doesNotContain("said only you");
    }

    @Test
    void whoClosesHasLeftAtOnceAndWhoDiesAfterAWhile() {
        List<Node> all = met(3);
        all.get(1).bus.close();
        await().atMost(LONG).until(() -> all.get(0).told.contains("left " + all.get(1).name()));
        all.get(2).bus.end();
        await().atMost(LONG).until(() -> all.get(0).told.contains("left " + all.get(2).name()));
        assertThat(all.get(0).line.nodes()).isEmpty();
        Node late = new Node();
        await().atMost(LONG).until(() -> late.line.nodes().equals(Set.of(all.get(0).name())));
        reaches(all.get(0), late);
    }

    @Test
    void aRedisThatLosesItsMemoryIsAGapAtMost() {
        List<Node> all = met(2);
        redis.process().restart();
        reaches(all.get(0), all.get(1));
        reaches(all.get(1), all.get(0));
        redis.process().kill();
        await().atMost(LONG).pollDelay(Duration.ofSeconds(7)).until(() -> true);
        redis.process().begin();
        reaches(all.get(0), all.get(1));
        reaches(all.get(1), all.get(0));
        assertNobodyLeft(all);
    }

    @Test
    void aRedisThatHangsMakesNobodyLeave() {
        List<Node> all = met(2);
        redis.process().pause();
        all.get(0).say("while it hangs");
        await().atMost(LONG).pollDelay(Duration.ofSeconds(10)).until(() -> true);
        redis.process().goOn();
        reaches(all.get(0), all.get(1));
        reaches(all.get(1), all.get(0));
        assertNobodyLeft(all);
        assertThat(all.get(1).told)
                .as("told, or told that something is missing")
                .containsAnyOf("said while it hangs", "gap " + all.get(0).name());
        assertThat(all.get(1).heard()).doesNotHaveDuplicates();
    }

    @Test
    void aStreamThatIsDeletedIsAGap() {
        List<Node> all = met(2);
        try (RedisLink link = redis.connections("bus").open()) {
            // what is written between two of these is lost
            await().atMost(LONG)
                    .until(
                            () -> {
                                IntStream.range(0, 200).forEach(i -> all.get(0).say("" + i));
                                link.ask(Command.FLUSHALL);
                                return all.get(1).told.contains("gap " + all.get(0).name())
                                        && all.get(0).told.contains("gap " + all.get(1).name());
                            });
        }
        reaches(all.get(0), all.get(1));
        assertNobodyLeft(all);
    }

    @Test
    void whatASlowListenerCannotTakeIsAGapAndRedisDoesNotFill() {
        List<Node> all = met(2);
        Node slow = all.get(1);
        slow.slow = true;
        String mega = "m".repeat(1 << 20);
        IntStream.range(0, 40)
                .forEach(
                        i -> {
                            all.get(0).say(i + mega);
                            await().atMost(LONG).until(() -> unread(slow) <= 2);
                        });
        await().atMost(LONG).until(() -> all.get(0).told.contains("gap " + slow.name()));
        slow.hold.countDown();
        await().atMost(LONG).until(() -> slow.told.contains("gap " + all.get(0).name()));
        reaches(all.get(0), slow);
        assertNobodyLeft(all);
    }

    private long unread(Node node) {
        try (RedisLink link = node.connections.open()) {
            return (Long) link.ask(Command.XLEN, node.stream());
        }
    }

    /// Who has the key, and writes what it likes.
    private final class Stranger implements AutoCloseable {
        final RedisConnections connections = redis.connections("bus");
        final RedisLink link = connections.open();
        final String name = connections.self();
        long number;

        byte[] sealed(Node to, BusNote note, long heard) {
            number++;
            BusMessage message = new BusMessage(name, number, heard, note);
            return sealed(Purpose.BUS, to.stream(), 30, message.written());
        }

        byte[] sealed(Purpose purpose, String stream, int seconds, byte[] body) {
            Instant until = connections.clock().instant().plusSeconds(seconds);
            return connections.seal().seal(purpose, stream, until, body);
        }

        void add(Node to, byte[] message) {
            link.ask(Command.XADD, to.stream(), "*", Names.MESSAGE, message);
        }

        /// Becomes a node for another, as far as that can tell.
        ///
        /// @return the number of the hello
        long join(Node to) {
            add(to, sealed(to, new BusNote.Beat(), 0));
            AtomicLong answered = new AtomicLong();
            await().atMost(LONG)
                    .until(
                            () -> {
                                answer(to, answered);
                                return to.line.nodes().contains(name);
                            });
            return answered.get();
        }

        /// Each hello makes the one before it void.
        private void answer(Node to, AtomicLong answered) throws Exception {
            for (long hello : hellos()) {
                if (hello > answered.get()) {
                    answered.set(hello);
                    add(to, sealed(to, new BusNote.Welcome(List.of(LINE)), hello));
                }
            }
        }

        private List<Long> hellos() throws Exception {
            String stream = connections.name(Names.bus(name));
            List<Long> hellos = new ArrayList<>();
            for (StreamEntry entry :
                    StreamEntry.of(stream, link.ask(Command.XRANGE, stream, "-", "+"))) {
                BusMessage message =
                        BusMessage.read(
                                connections.seal().open(Purpose.BUS, stream, entry.message()));
                if (message.note() instanceof BusNote.Hello) {
                    hellos.add(message.number());
                }
            }
            return hellos;
        }

        @Override
        public void close() {
            link.close();
        }
    }

    private static BusNote say(String line, String words) {
        return new BusNote.Say(line, BusNodes.said(words), words.length());
    }

    @Test
    void onlyWhatWasSealedForThisNodeAndItsCircleAndIsNewIsHeard() {
        List<Node> all = met(2);
        Node node = all.get(0);
        Node other = all.get(1);
        try (Stranger stranger = new Stranger()) {
            long hello = stranger.join(node);
            long gaps = gaps(node, stranger.name);
            byte[] first = stranger.sealed(node, say(LINE, "first"), hello);
            byte[] changed = first.clone();
            changed[changed.length - 9] ^= 1;
            stranger.add(node, changed);
            stranger.add(node, first);
            stranger.add(node, first);
            stranger.add(other, first);
            BusMessage next =
                    new BusMessage(stranger.name, stranger.number + 1, hello, say(LINE, "never"));
            byte[] body = next.written();
            stranger.add(node, stranger.sealed(Purpose.BUS, node.stream(), -1, body));
            stranger.add(node, stranger.sealed(Purpose.BUS, other.stream(), 30, body));
            stranger.add(node, stranger.sealed(Purpose.ANSWER, node.stream(), 30, body));
            stranger.add(node, new byte[0]);
            stranger.add(node, stranger.sealed(node, say("02ab:events", "never"), hello));
            stranger.add(node, stranger.sealed(node, say(CIRCLE.hex() + ":sign", "never"), hello));
            stranger.add(node, first);
            stranger.add(node, stranger.sealed(node, say(LINE, "last"), hello));
            await().atMost(LONG).until(() -> node.told.contains("said last"));

            assertThat(node.heard()).containsExactly("said first", "said last");
            assertThat(other.heard()).isEmpty();
            assertThat(gaps(node, stranger.name)).isEqualTo(gaps);
        }
    }

    @Test
    void whatCameBeforeIsRefusedByARedisThatHasBegunAnew() {
        Node node = met(2).get(0);
        byte[] first;
        try (Stranger stranger = new Stranger()) {
            long hello = stranger.join(node);
            first = stranger.sealed(node, say(LINE, "first"), hello);
            stranger.add(node, first);
            await().atMost(LONG).until(() -> node.told.contains("said first"));
        }
        redis.process().restart();
        try (RedisLink link = redis.connections("bus").open()) {
            link.ask(Command.XADD, node.stream(), "*", Names.MESSAGE, first);
        }
        reaches(nodes.get(1), node);
        assertThat(node.heard()).containsOnlyOnce("said first");
    }

    @Test
    void whoHasNoKeyMakesNobodyJoin() {
        List<Node> all = met(2);
        try (Stranger stranger = new Stranger()) {
            stranger.link.ask(
                    Command.ZADD,
                    stranger.connections.name(Names.NODES),
                    stranger.connections.clock().millis(),
                    "nobody");
            byte[] beat = stranger.sealed(all.get(0), new BusNote.Beat(), 0);
            beat[40] ^= 1;
            reaches(all.get(1), all.get(0));
            long gaps = gaps(all.get(0), "");
            stranger.add(all.get(0), beat);
            reaches(all.get(1), all.get(0));
            assertThat(all.get(0).line.nodes()).containsExactly(all.get(1).name());
            assertThat(gaps(all.get(0), "")).isEqualTo(gaps);
        }
    }

    @Test
    void aMessageHasABound() {
        Node node = met(2).get(0);
        ObjectNode big = Json.object().put("say", "ü".repeat(Bus.MOST_BYTES / 6));
        assertThatThrownBy(() -> node.line.broadcast(big))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
