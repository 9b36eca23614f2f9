package io.circles.server.mpc;

import io.circles.protocol.RelayApi;

/// An event that waits for members. Not thread-safe.
final class Posted {
    /// Unique among the events of the circle.
    final long number;

    /// With the `seq` of nobody.
    final RelayApi.Event event;

    /// What it takes.
    final long bytes;

    /// For how many members it waits.
    int members;

    Posted(long number, RelayApi.Event event, long bytes) {
        this.number = number;
        this.event = event;
        this.bytes = bytes;
    }

    /// What it takes, and that it waits.
    long takes() {
        return members == 0 ? 0 : bytes + members * Room.WAITING;
    }

    /// An event as it waits for one member.
    ///
    /// @param seq its number among the events of the member
    /// @param step the one that has caused it
    record Waiting(long seq, Posted posted, long step) {}
}
