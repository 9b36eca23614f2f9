package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.Json;
import io.circles.script.redis.BusNodes.Node;
import io.circles.script.redis.BusNodes.Told;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What nodes know of each other and tell each other, without a Redis.
class BusPeersTest {
    private static final String LINE = "02ab:events";
    private static final String OTHER = "02ab:sign";

    private final BusNodes net = new BusNodes();
    private final Node a = net.new Node("a");
    private final Node b = net.new Node("b");

    /// Both have the line and know it.
    private List<Told> met() {
        Told atA = a.open(LINE);
        Told atB = b.open(LINE);
        net.settle();
        assertThat(atA.take()).containsExactly("b joined");
        assertThat(atB.take()).containsExactly("a joined");
        return List.of(atA, atB);
    }

    private static boolean isSaid(BusPeers.Outgoing out) {
        return out.message().note() instanceof BusNote.Say;
    }

    @Test
    void nodesWithTheSameLineMeetWhoeverHasItFirst() {
        Told first = a.open(LINE);
        net.settle();
        assertThat(first.take()).isEmpty();
        assertThat(a.peers.nodes(LINE)).isEmpty();

        Told second = b.open(LINE);
        net.deliver();
        assertThat(first.take()).containsExactly("b joined");
        assertThat(second.take()).containsExactly("a joined");
        assertThat(a.peers.nodes(LINE)).containsExactly("b");

        Node c = net.new Node("c");
        Told third = c.open(LINE);
        net.settle();
        assertThat(third.take()).containsExactlyInAnyOrder("a joined", "b joined");
        assertThat(first.take()).containsExactly("c joined");
        assertThat(second.take()).containsExactly("c joined");
    }

    @Test
    void whatIsSaidComesInItsOrderToThoseForWhomItIs() {
        List<Told> told = met();
        Node c = net.new Node("c");
        Told third = c.open(LINE);
        net.settle();
        told.forEach(Told::take);
        third.take();

        a.say(LINE, "1");
        a.say(LINE, "c", "2");
        a.say(LINE, "3");
        net.deliver();
        assertThat(told.get(0).take()).isEmpty();
        assertThat(told.get(1).take()).containsExactly("a 1", "a 3");
        assertThat(third.take()).containsExactly("a 1", "a 2", "a 3");
    }

    @Test
    void aLineIsOneCirclesAndOneTopics() {
        Told events = met().get(1);
        Told sign = b.open(OTHER);
        a.say(OTHER, "nobody has it here");
        net.deliver();
        a.say(LINE, "1");
        net.deliver();
        assertThat(events.take()).containsExactly("a 1");
        assertThat(sign.take()).isEmpty();
        assertThatThrownBy(() -> a.open(LINE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyLinesAreToldInOneMessage() {
        met();
        net.delivered.clear();
        IntStream.range(0, 300).forEach(i -> a.open("c" + i + ":events"));
        net.deliver();
        assertThat(net.delivered).hasSize(1);
        IntStream.range(0, 300).forEach(i -> b.open("c" + i + ":events"));
        net.deliver();
        assertThat(net.delivered).hasSizeLessThanOrEqualTo(4);
        assertThat(b.peers.nodes("c299:events")).containsExactly("a");
    }

    @Test
    void whatComesAgainIsRefused() {
        Told atB = met().get(1);
        a.say(LINE, "1");
        a.say(LINE, "2");
        net.deliver();
        assertThat(atB.take()).containsExactly("a 1", "a 2");
        for (BusPeers.Outgoing old : List.copyOf(net.delivered)) {
            assertThat(net.nodes.get(old.node()).peers.received(BusNodes.read(old.message())))
                    .isFalse();
        }
        net.settle();
        assertThat(atB.take()).isEmpty();
    }

    @Test
    void whatThisNodeHasSaidItselfIsRefused() {
        met();
        BusMessage own = new BusMessage("a", Long.MAX_VALUE, 0, new BusNote.Bye());
        assertThat(a.peers.received(own)).isFalse();
        assertThat(a.peers.nodes(LINE)).containsExactly("b");
    }

    @Test
    void whatIsMissingIsAGapOnBothSidesAndNothingIsTakenUntilBothBeginAnew() {
        List<Told> told = met();
        a.say(LINE, "1");
        net.deliver();
        net.lost = BusPeersTest::isSaid;
        a.say(LINE, "2");
        net.deliver();
        net.lost = _ -> false;
        a.say(LINE, "3");
        a.say(LINE, "4");
        net.deliver();
        a.say(LINE, "5");
        net.deliver();
        assertThat(told.get(1).take()).containsExactly("a 1", "a gap", "a 5");
        assertThat(told.get(0).take()).containsExactly("b gap");
        net.settle();
        assertThat(told.get(1).take()).isEmpty();
    }

    @Test
    void theLastThingThatIsMissingShowsWithinSeconds() {
        List<Told> told = met();
        net.lost = BusPeersTest::isSaid;
        a.say(LINE, "1");
        net.deliver();
        net.lost = _ -> false;
        net.settle();
        assertThat(told.get(0).take()).containsExactly("b gap");
        assertThat(told.get(1).take()).containsExactly("a gap");
    }

    @Test
    void aHelloThatIsLostIsSaidAgain() {
        List<Told> told = met();
        net.lost = out -> !(out.message().note() instanceof BusNote.Beat);
        a.say(LINE, "1");
        net.settle();
        net.lost = _ -> false;
        net.settle();
        told.forEach(Told::take);
        a.say(LINE, "2");
        b.say(LINE, "3");
        net.deliver();
        assertThat(told.get(1).take()).containsExactly("a 2");
        assertThat(told.get(0).take()).containsExactly("b 3");
    }

    @Test
    void nodesMeetHoweverLongItTakesToAnswer() {
        net.delay = Duration.ofSeconds(4);
        Told atA = a.open(LINE);
        Told atB = b.open(LINE);
        net.pass(Duration.ofMinutes(1));
        atA.take();
        atB.take();
        a.say(LINE, "1");
        b.say(LINE, "2");
        net.pass(Duration.ofMinutes(1));
        assertThat(atB.take()).containsExactly("a 1");
        assertThat(atA.take()).containsExactly("b 2");
    }

    @Test
    void whoIsSilentHasLeftAndIsMetAgainWhenHeard() {
        List<Told> told = met();
        b.stopped = true;
        net.pass(Duration.ofSeconds(4));
        assertThat(told.get(0).take()).isEmpty();
        net.pass(Duration.ofSeconds(3));
        assertThat(told.get(0).take()).containsExactly("b left");
        a.say(LINE, "1");
        b.stopped = false;
        net.settle();
        assertThat(told.get(0).take()).containsExactly("b joined");
        assertThat(told.get(1).take())
                .as("it was away itself, so nobody has left")
                .containsExactly("a gap");
        a.say(LINE, "2");
        net.deliver();
        assertThat(told.get(1).take()).containsExactly("a 2");
    }

    @Test
    void nobodyLeavesWhileThisNodeHasNoRedisNorRightAfter() {
        Told atA = met().get(0);
        a.peers.reading(false);
        b.stopped = true;
        net.pass(Duration.ofSeconds(30));
        assertThat(atA.take()).isEmpty();
        a.peers.reading(true);
        net.pass(Duration.ofSeconds(4));
        assertThat(atA.take()).isEmpty();
        net.pass(Duration.ofSeconds(3));
        assertThat(atA.take()).containsExactly("b left");
    }

    @Test
    void whatIsSaidLateIsNotHeardButAGap() {
        List<Told> told = met();
        a.say(LINE, "a caller has given up on that");
        a.stopped = true;
        b.stopped = true;
        net.pass(BusPeers.LIFE.plusSeconds(1));
        a.stopped = false;
        b.stopped = false;
        net.settle();
        a.say(LINE, "1");
        net.deliver();
        assertThat(told.get(1).take()).containsExactly("a gap", "a 1");
        assertThat(told.get(0).take()).containsExactly("b gap");
    }

    @Test
    void whatIsSaidIsInTimeForSoLongSinceItWasSaid() {
        met();
        a.say(LINE, "1");
        net.now += Duration.ofSeconds(20).toNanos();
        assertThat(a.peers.takeNow())
                .filteredOn(BusPeersTest::isSaid)
                .singleElement()
                .satisfies(
                        out -> {
                            assertThat(out.left(net.now)).isEqualTo(BusPeers.LIFE.minusSeconds(20));
                        });
    }

    @Test
    void whoSaysByeDoesNotComeBack() {
        Told atA = met().get(0);
        assertThat(b.peers.leave()).isTrue();
        net.deliver();
        assertThat(atA.take()).containsExactly("b left");
        assertThat(a.peers.received(new BusMessage("b", Long.MAX_VALUE, 0, new BusNote.Beat())))
                .isFalse();
        net.settle();
        assertThat(atA.take()).isEmpty();
        assertThatThrownBy(() -> b.open(LINE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLineThatIsClosedIsLeftAndMayBeOpenedAgain() {
        Told atA = met().get(0);
        BusQueue queue = b.open(OTHER, new Told(), net.tasks::add);
        Told sign = a.open(OTHER);
        net.deliver();
        b.peers.close(OTHER, queue);
        a.say(OTHER, "nobody hears it");
        Told again = b.open(OTHER);
        b.peers.close(OTHER, queue);
        net.deliver();
        assertThat(sign.take()).containsExactly("b joined", "b left", "b joined");
        assertThat(again.take()).containsExactly("a joined");
        assertThat(atA.take()).isEmpty();
    }

    @Test
    void whatIsTooMuchForANodeIsAGapAndTheRestIsBounded() {
        List<Told> told = met();
        String mega = "m".repeat(1 << 20);
        long rounds = BusPeer.MOST_WAITING / mega.length() + 8;
        for (int i = 0; i < rounds; i++) {
            a.say(LINE, mega);
        }
        net.settle();
        assertThat(told.get(0).take()).containsExactly("b gap");
        assertThat(told.get(1).take()).containsExactly("a gap");
        a.say(LINE, "1");
        net.deliver();
        assertThat(told.get(1).take()).containsExactly("a 1");
    }

    @Test
    void nodeThatDoesNotReadIsWrittenSoMuchAndNoMore() {
        met();
        b.stopped = true;
        String mega = "m".repeat(1 << 20);
        long written = 0;
        for (int i = 0; i < 100; i++) {
            a.say(LINE, mega);
            written +=
                    a.peers.takeNow().stream()
                            .mapToLong(out -> out.message().note().weight())
                            .sum();
        }
        assertThat(written).isBetween(BusPeer.MOST_UNHEARD, BusPeer.MOST_UNHEARD + (2L << 20));
    }

    @Test
    void noMoreIsTakenAtATimeHoweverManyItIsForAndEachHasItsTurn() {
        a.open(LINE);
        for (int i = 0; i < 10; i++) {
            net.new Node("n" + i).open(LINE);
        }
        net.settle();
        String mega = "m".repeat(1 << 20);
        for (int i = 0; i < 3; i++) {
            a.say(LINE, mega);
        }
        Set<String> served = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            List<BusPeers.Outgoing> taken = a.peers.takeNow();
            taken.forEach(out -> served.add(out.node()));
            assertThat(taken.stream().mapToLong(out -> out.message().note().weight()).sum())
                    .isPositive()
                    .isLessThan(KnownPeers.MOST_BYTES_AT_ONCE + 2L * mega.length());
        }
        assertThat(served).hasSize(10);
    }

    @Test
    void whatIsTooMuchForAListenerIsAGapOfThatLineOnly() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Told slow = new Told();
        Told atA = a.open(LINE);
        Told other = a.open(OTHER);
        b.open(LINE, slow, tasks::add);
        Told quick = b.open(OTHER);
        net.settle();
        atA.take();
        other.take();
        quick.take();
        String mega = "m".repeat(1 << 20);
        for (int i = 0; i < 40; i++) {
            a.say(LINE, mega);
            net.deliver();
        }
        a.say(OTHER, "1");
        net.deliver();
        assertThat(atA.take()).contains("b gap");
        assertThat(quick.take()).containsExactly("a 1");
        assertThat(other.take()).isEmpty();
        runAll(tasks);
        assertThat(slow.all).startsWith("a joined").contains("a gap");
        slow.take();
        a.say(LINE, "2");
        net.deliver();
        runAll(tasks);
        assertThat(slow.take()).containsExactly("a 2");
    }

    @Test
    void whoSaysTooMuchAgainAndAgainIsOneGapAndToldSoNowAndThen() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Told slow = new Told();
        Node c = net.new Node("c");
        a.open(LINE);
        c.open(LINE);
        b.open(LINE, slow, tasks::add);
        net.settle();
        net.delivered.clear();
        String mega = "m".repeat(1 << 20);
        for (int i = 0; i < 100; i++) {
            a.say(LINE, "b", mega);
            net.deliver();
            c.say(LINE, "b", mega);
            net.deliver();
        }
        assertThat(net.delivered)
                .extracting(out -> out.message().note())
                .filteredOn(note -> note instanceof BusNote.Join join && join.anew())
                .hasSizeBetween(1, 2);
        net.settle();
        runAll(tasks);
        assertThat(slow.all).filteredOn("a gap"::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(slow.all).filteredOn("c gap"::equals).hasSizeLessThanOrEqualTo(1);
        slow.take();
        a.say(LINE, "b", "1");
        c.say(LINE, "b", "2");
        net.deliver();
        runAll(tasks);
        assertThat(slow.take()).containsExactlyInAnyOrder("a 1", "c 2");
    }

    /// Of what one says at a gap the other would keep nothing if it were told of the gap only then.
    @Test
    void whoTellsAllAnewAtAGapIsHeardAfterTheOtherKnowsOfIt() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Told slow = new Told(node -> b.say(LINE, node, "all of mine"));
        Told atA = a.open(LINE);
        b.open(LINE, slow, tasks::add);
        net.settle();
        runAll(tasks);
        net.deliver();
        assertThat(atA.take()).containsExactly("b joined");

        for (int i = 0; i < 2; i++) {
            overflow();
            runAll(tasks);
            net.deliver();
        }
        assertThat(atA.take())
                .as("at once the first time, and not before the other is told the second time")
                .containsExactly("b gap", "b all of mine");
        net.settle();
        runAll(tasks);
        net.deliver();
        assertThat(atA.take()).containsExactly("b gap", "b all of mine");
        assertThat(slow.take()).containsExactly("a joined", "a gap", "a gap");
    }

    /// More comes over the line than a listener that takes nothing may have waiting.
    private void overflow() {
        String mega = "m".repeat(1 << 20);
        for (int i = 0; i < BusQueue.CAPACITY / mega.length(); i++) {
            a.say(LINE, "b", mega);
            net.deliver();
        }
    }

    private static void runAll(Queue<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void gapsOfNodesThatTakeTurnsDoNotPileUp() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Told told = new Told();
        BusQueue queue = new BusQueue(told, tasks::add);
        for (int i = 0; i < 1_000; i++) {
            queue.gap("a");
            queue.received("a", BusNodes.said("1"), 1);
            queue.gap("b");
        }
        tasks.remove().run();
        assertThat(told.take()).containsExactly("a gap", "a 1", "b gap");
    }

    @Test
    void aNameInTheListIsNoNode() {
        List<BusPeers.Outgoing> sent = new ArrayList<>();
        a.open(LINE);
        a.peers.beat(Set.of("nobody"));
        sent.addAll(a.peers.takeNow());
        net.now += Duration.ofSeconds(3).toNanos();
        sent.addAll(a.peers.takeNow());
        assertThat(sent)
                .extracting(out -> out.message().note())
                .containsExactly(new BusNote.Beat());
        assertThat(a.peers.nodes(LINE)).isEmpty();
    }

    @Test
    void aMessageIsReadAsItWasWritten() throws Exception {
        List<BusNote> notes =
                List.of(
                        new BusNote.Hello(List.of(LINE, OTHER)),
                        new BusNote.Welcome(List.of()),
                        new BusNote.Join(List.of(LINE), true),
                        new BusNote.Leave(List.of(LINE)),
                        new BusNote.Beat(),
                        new BusNote.Bye());
        for (BusNote note : notes) {
            BusMessage message = new BusMessage("a", 7, 3, note);
            assertThat(BusNodes.read(message)).isEqualTo(message);
        }
        BusNote.Say said = new BusNote.Say(LINE, Json.parse("{\"say\":\"\\ud800ü\"}"), 9);
        assertThat(BusNodes.read(new BusMessage("a", 7, 3, said)).note())
                .isInstanceOfSatisfying(
                        BusNote.Say.class,
                        read -> {
                            assertThat(read.line()).isEqualTo(LINE);
                            assertThat(read.message()).isEqualTo(said.message());
                        });
    }
}
