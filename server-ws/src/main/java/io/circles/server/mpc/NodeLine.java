package io.circles.server.mpc;

import io.circles.script.bus.BusLine;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The way to the relays of the other nodes, once there is one; who needs it before waits.
/// Thread-safe.
final class NodeLine implements AutoCloseable {
    private final CompletableFuture<BusLine> line = new CompletableFuture<>();

    void open(BusLine opened) {
        line.complete(opened);
    }

    Set<String> nodes() {
        return line.join().nodes();
    }

    void send(String node, NodeMessage message) {
        line.join().send(node, message.json());
    }

    /// Leaves, if it was opened.
    @Override
    public void close() {
        if (line.isDone()) {
            line.join().close();
        }
    }
}
