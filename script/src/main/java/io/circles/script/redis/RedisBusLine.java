package io.circles.script.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.script.bus.Bus;
import io.circles.script.bus.BusLine;
import io.circles.script.wire.MessageText;
import java.util.Set;

/// A line of a [RedisBus]. Thread-safe: it has nothing of its own that changes.
record RedisBusLine(String name, BusPeers peers, BusQueue queue) implements BusLine {
    @Override
    public Set<String> nodes() {
        return peers.nodes(name);
    }

    @Override
    public void send(String node, ObjectNode message) {
        String text = text(message);
        peers.send(name, node, raw(text), text.length());
    }

    /// It is written once, whoever gets it.
    @Override
    public void broadcast(ObjectNode message) {
        String text = text(message);
        peers.broadcast(name, raw(text), text.length());
    }

    private static String text(ObjectNode message) {
        String text = MessageText.ascii(Json.write(message));
        if (text.length() > Bus.MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a message of %d bytes, more than %d".formatted(text.length(), Bus.MOST_BYTES));
        }
        return text;
    }

    private static JsonNode raw(String text) {
        return Json.raw(text);
    }

    @Override
    public void close() {
        queue.close();
        peers.close(name, queue);
    }
}
