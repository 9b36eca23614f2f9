package io.circles.script.bus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.crypto.PublicKey;
import java.util.Set;

/// The bus of a process that no other can join.
enum Alone implements Bus, BusLine {
    INSTANCE;

    @Override
    public String node() {
        return "alone";
    }

    @Override
    public BusLine open(PublicKey circle, Topic topic, BusListener listener) {
        return this;
    }

    @Override
    public Set<String> nodes() {
        return Set.of();
    }

    @Override
    public void send(String node, ObjectNode message) {}

    @Override
    public void broadcast(ObjectNode message) {}

    @Override
    public void close() {}
}
