package io.circles.server.mpc;

import java.time.Duration;

/// The bounds of the relay.
///
/// @param groups of each endpoint
/// @param groupsOfOne those that one client has made
/// @param sessions of a group, that have not ended; of these each client makes its share at most
/// @param parties of a group
/// @param message bytes of a message's body
/// @param value bytes of a session's value
/// @param backlog bytes of events that wait for one member of a group
/// @param store bytes that everything takes together
/// @param window bytes of events that are on their way to one connection
/// @param callsPerMinute of one client
/// @param grace how long a party that has lost its connection keeps its seat
/// @param idle how long a session without any call lasts, and a group without members
/// @param groupIdle how long a group without any call and connection lasts
public record RelayLimits(
        int groups,
        int groupsOfOne,
        int sessions,
        int parties,
        long message,
        long value,
        long backlog,
        long store,
        long window,
        int callsPerMinute,
        Duration grace,
        Duration idle,
        Duration groupIdle) {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final int PAUSES_IN_GRACE = 4;

    /// The same where members may be connected to other nodes.
    public RelayLimits shared() {
        return new RelayLimits(
                groups,
                groupsOfOne,
                sessions,
                parties,
                Math.min(message, NodeLimits.MOST_BYTES),
                Math.min(value, NodeLimits.MOST_BYTES),
                backlog,
                store,
                window,
                callsPerMinute,
                grace,
                idle,
                groupIdle);
    }

    /// How long nobody looks whether something is over.
    Duration pause() {
        Duration part = grace.dividedBy(PAUSES_IN_GRACE);
        Duration most = part.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : part;
        return most.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : most;
    }
}
