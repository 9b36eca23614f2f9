package io.circles.server.sigsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Buses of nodes in this JVM, for one circle and one topic: in order, and without loss but for
/// what the test says. What it does to a node is told to the others before it returns.
final class LinkedBuses implements AutoCloseable {
    private final List<Line> lines = new ArrayList<>();
    private final Set<Set<String>> cut = new HashSet<>();
    private final Set<Set<String>> deaf = new HashSet<>();

    /// What a listener is told, one thing after the other.
    private final class Line implements BusLine {
        private final String name;
        private final BusListener listener;
        private final ExecutorService queue =
                Executors.newSingleThreadExecutor(Thread.ofVirtual().name("line").factory());
        private boolean closed;

        Line(String name, BusListener listener) {
            this.name = name;
            this.listener = listener;
        }

        private void put(Runnable happening) {
            if (!closed) {
                queue.execute(happening);
            }
        }

        @Override
        public Set<String> nodes() {
            synchronized (lines) {
                Set<String> all = new HashSet<>();
                others(this).forEach(other -> all.add(other.name));
                return all;
            }
        }

        @Override
        public void send(String node, ObjectNode message) {
            String text = Json.write(message);
            synchronized (lines) {
                for (Line other : others(this)) {
                    if (other.name.equals(node) && !deaf.contains(Set.of(name, node))) {
                        other.put(() -> other.listener.received(name, read(text)));
                    }
                }
            }
        }

        @Override
        public void broadcast(ObjectNode message) {
            nodes().forEach(node -> send(node, message));
        }

        @Override
        public void close() {
            synchronized (lines) {
                if (!closed) {
                    others(this).forEach(other -> other.put(() -> other.listener.left(name)));
                    lines.remove(this);
                    closed = true;
                    queue.shutdown();
                }
            }
        }
    }

    private static ObjectNode read(String text) {
        try {
            return (ObjectNode) Json.parse(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private List<Line> others(Line line) {
        return lines.stream()
                .filter(each -> each != line && !cut.contains(Set.of(each.name, line.name)))
                .toList();
    }

    /// The bus of a node.
    Bus node(String name) {
        return new Bus() {
            @Override
            public String node() {
                return name;
            }

            @Override
            public BusLine open(PublicKey circle, Topic topic, BusListener listener) {
                Line line = new Line(name, listener);
                synchronized (lines) {
                    lines.add(line);
                    others(line).forEach(other -> meet(line, other));
                }
                return line;
            }

            @Override
            public void close() {
                synchronized (lines) {
                    List.copyOf(lines).stream()
                            .filter(line -> line.name.equals(name))
                            .forEach(Line::close);
                }
            }
        };
    }

    private static void meet(Line one, Line other) {
        one.put(() -> one.listener.joined(other.name));
        other.put(() -> other.listener.joined(one.name));
    }

    private Line line(String name) {
        return lines.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
    }

    /// From now on the two hold each other to have left.
    void cut(String one, String other) {
        synchronized (lines) {
            cut.add(Set.of(one, other));
            line(one).put(() -> line(one).listener.left(other));
            line(other).put(() -> line(other).listener.left(one));
        }
    }

    /// They meet again, and hear what the other says.
    void join(String one, String other) {
        synchronized (lines) {
            cut.remove(Set.of(one, other));
            deaf.remove(Set.of(one, other));
            meet(line(one), line(other));
        }
    }

    boolean isCut(String one, String other) {
        synchronized (lines) {
            return cut.contains(Set.of(one, other));
        }
    }

    /// From now on what the two say to each other is lost.
    void lose(String one, String other) {
        synchronized (lines) {
            deaf.add(Set.of(one, other));
        }
    }

    /// One of the two is told that something was lost, and the other not yet: what they say to each
    /// other is still lost.
    void gapOf(String one, String other) {
        synchronized (lines) {
            line(one).put(() -> line(one).listener.gap(other));
        }
    }

    /// They are told that something was lost, one after the other.
    void gap(String one, String other) {
        synchronized (lines) {
            deaf.remove(Set.of(one, other));
            line(one).put(() -> line(one).listener.gap(other));
            line(other).put(() -> line(other).listener.gap(one));
        }
    }

    /// Says something in a node's name.
    void say(String from, String to, ObjectNode message) {
        synchronized (lines) {
            line(from).send(to, message);
        }
    }

    @Override
    public void close() {
        List<Line> all;
        synchronized (lines) {
            all = List.copyOf(lines);
        }
        all.forEach(Line::close);
        for (Line line : all) {
            try {
                assert line.queue.awaitTermination(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
