package io.circles.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a server tells the others of a circle about effects, and when.
class BellsTest {
    private static final PublicKey CIRCLE =
            PublicKey.parse("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Others others = new Others();
    private final Bells bells = new Bells(others, CIRCLE, TestEvents.none(timer), timer, false);

    /// A bus whose other nodes are what the test says; and what they are told.
    private static final class Others implements Bus, BusLine {
        final Set<String> nodes = new HashSet<>();
        final List<String> told = new ArrayList<>();

        @Override
        public String node() {
            return "self";
        }

        @Override
        public BusLine open(PublicKey circle, Topic topic, BusListener listener) {
            return this;
        }

        @Override
        public Set<String> nodes() {
            return Set.copyOf(nodes);
        }

        @Override
        public void send(String node, ObjectNode message) {
            told.add(node + " " + Json.write(message));
        }

        @Override
        public void broadcast(ObjectNode message) {
            told.add("all " + Json.write(message));
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        bells.close();
        timer.shutdownNow();
    }

    @Test
    void whoeverJoinsIsToldTheNewestNumberThatWasRungForNobody() {
        bells.ring(7);
        bells.joined("a");
        assertThat(others.told).containsExactly("a {\"up_to\":7}");
    }

    @Test
    void whoeverMayHaveLostABellIsToldTheNewestNumberAgain() {
        others.nodes.add("a");
        bells.ring(7);
        bells.gap("a");
        assertThat(others.told).containsExactly("all {\"up_to\":7}", "a {\"up_to\":7}");
    }

    @Test
    void whoHasCommittedNothingTellsNothing() {
        bells.joined("a");
        bells.gap("a");
        assertThat(others.told).isEmpty();
    }
}
