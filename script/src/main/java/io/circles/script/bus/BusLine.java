package io.circles.script.bus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// The other nodes that serve a circle, for one topic. Thread-safe; nothing here waits for them.
public interface BusLine extends AutoCloseable {
    /// Who has joined and not left.
    Set<String> nodes();

    /// Tells one node; nothing happens if it has left.
    ///
    /// @throws IllegalArgumentException if the message is longer than [Bus#MOST_BYTES]
    void send(String node, ObjectNode message);

    /// Tells all that have joined.
    ///
    /// @throws IllegalArgumentException if the message is longer than [Bus#MOST_BYTES]
    void broadcast(ObjectNode message);

    /// Leaves; the listener is told nothing more.
    @Override
    void close();
}
