package io.circles.benchmarks.server;

import java.nio.file.Path;

/// Where in the project the benchmarks' files are.
final class Layout {
    private Layout() {}

    /// The circle's module, ours and the peer's.
    static Path functions(Path root) {
        return root.resolve("benchmarks/circle/functions.js");
    }

    static Path peer(Path root) {
        return root.resolve("benchmarks/peers/node/server.mjs");
    }
}
