/// The servers that are measured, each a process of its own: [io.circles.benchmarks.server.Circles]
/// and [io.circles.benchmarks.server.NodePeer].
@NullMarked
package io.circles.benchmarks.server;

import org.jspecify.annotations.NullMarked;
