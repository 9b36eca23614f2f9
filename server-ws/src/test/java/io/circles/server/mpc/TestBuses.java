package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.bus.BusListener;
import io.circles.server.transport.Mailbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Nodes of one process with a line each, and what can happen between them. Thread-safe.
final class TestBuses implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Line> lines = new LinkedHashMap<>();

    /// What is lost.
    private Predicate<ObjectNode> lost = _ -> false;

    /// What waits on its way, while that takes long.
    private @Nullable List<Runnable> held;

    private long heldLength;

    /// The ways on which something was lost, and nothing comes any more until that is told.
    private final Set<String> cut = new HashSet<>();

    /// The bus of a node.
    Bus bus(String node) {
        return new Bus() {
            @Override
            public String node() {
                return node;
            }

            @Override
            public BusLine open(PublicKey circle, Topic topic, BusListener listener) {
                return join(node, listener);
            }

            @Override
            public void close() {}
        };
    }

    private final class Line implements BusLine {
        private final String name;
        private final BusListener listener;
        private final Mailbox mailbox = new Mailbox(threads, Long.MAX_VALUE);

        Line(String name, BusListener listener) {
            this.name = name;
            this.listener = listener;
        }

        @Override
        public Set<String> nodes() {
            synchronized (lines) {
                return lines.containsKey(name)
                        ? lines.keySet().stream()
                                .filter(other -> !other.equals(name))
                                .collect(Collectors.toSet())
                        : Set.of();
            }
        }

        @Override
        public void send(String node, ObjectNode message) {
            String text = Json.write(message);
            synchronized (lines) {
                Line to = lines.get(node);
                if (to != null && lines.containsKey(name) && arrives(node, message)) {
                    Runnable comes =
                            () -> to.mailbox.add(() -> to.listener.received(name, parsed(text)));
                    if (held == null) {
                        comes.run();
                    } else {
                        held.add(comes);
                        heldLength += text.length();
                    }
                }
            }
        }

        private boolean arrives(String node, ObjectNode message) {
            String way = name + " to " + node;
            return !cut.contains(way) && !(lost.test(message) && cut.add(way));
        }

        @Override
        public void broadcast(ObjectNode message) {
            nodes().forEach(node -> send(node, message));
        }

        @Override
        public void close() {
            kill(name);
        }
    }

    private static ObjectNode parsed(String text) {
        try {
            return (ObjectNode) Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private BusLine join(String node, BusListener listener) {
        Line line = new Line(node, listener);
        synchronized (lines) {
            for (Line other : lines.values()) {
                other.mailbox.add(() -> other.listener.joined(node));
                line.mailbox.add(() -> line.listener.joined(other.name));
            }
            lines.put(node, line);
        }
        return line;
    }

    /// From now on what is said is lost, if it is such, and whatever is said after it.
    void lose(Predicate<ObjectNode> what) {
        synchronized (lines) {
            lost = what;
            cut.clear();
        }
    }

    /// Nothing is lost any more, and all are told that something was.
    void mend() {
        synchronized (lines) {
            lost = _ -> false;
            cut.clear();
            for (Line line : lines.values()) {
                for (String other : line.nodes()) {
                    line.mailbox.add(() -> line.listener.gap(other));
                }
            }
        }
    }

    /// What is said from now on is on its way for long.
    void hold() {
        synchronized (lines) {
            held = new ArrayList<>();
            heldLength = 0;
        }
    }

    /// How much is on its way since then.
    long heldLength() {
        synchronized (lines) {
            return heldLength;
        }
    }

    /// All that was said comes now, in order.
    void release() {
        synchronized (lines) {
            List<Runnable> all = held == null ? List.of() : held;
            held = null;
            all.forEach(Runnable::run);
        }
    }

    /// Only that node is told that something was lost to or from the other.
    void gap(String node, String other) {
        tell(node, listener -> listener.gap(other));
    }

    /// Only that node is told that the other has left, and then that it has joined.
    void cutOff(String node, String other, Runnable meanwhile) {
        tell(node, listener -> listener.left(other));
        meanwhile.run();
        tell(node, listener -> listener.joined(other));
    }

    private void tell(String node, Consumer<BusListener> what) {
        synchronized (lines) {
            Line line = lines.get(node);
            if (line != null) {
                line.mailbox.add(() -> what.accept(line.listener));
            }
        }
    }

    /// A node does not say or hear anything any more; the others are told that it has left.
    void kill(String node) {
        synchronized (lines) {
            if (lines.remove(node) != null) {
                for (Line other : lines.values()) {
                    other.mailbox.add(() -> other.listener.left(node));
                }
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
