package io.circles.server.mpc;

import io.circles.script.bus.Bus;
import java.time.Duration;

/// The bounds of what a relay has to do with those of other nodes.
///
/// @param calls of this node's connections that are under way to other nodes
/// @param callBytes what their params take together
/// @param homes on how many other nodes one connection may take part
/// @param guests connections of one other node that take part here
/// @param searches for groups, at a time
/// @param known of how many groups is remembered where they are
/// @param search how long other nodes have to say whether a group is theirs
/// @param call how long a call to another node takes, the search included
/// @param meet so long after its start a node may not know the others yet
/// @param pause before a connection asks again for the events of a group that it did not get
record NodeLimits(
        int calls,
        long callBytes,
        int homes,
        int guests,
        int searches,
        int known,
        Duration search,
        Duration call,
        Duration meet,
        Duration pause) {
    /// What a message takes at most, or the value of a session: three times as much when it is
    /// written in ASCII, and other nodes are told more than that.
    static final long MOST_BYTES = Bus.MOST_BYTES / 8;

    /// What the params of a call take at most that goes to another node.
    static final long MOST_PARAMS = MOST_BYTES + (1 << 20);

    /// Bytes of events that are on their way to one other node, and one event more.
    static final long MOST_ON_THE_WAY = 4 << 20;

    /// Those of every circle.
    static final NodeLimits DEFAULTS =
            new NodeLimits(
                    1_000,
                    32 << 20,
                    4,
                    10_000,
                    256,
                    10_000,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(1));

    /// A connection's events from other nodes leave room for those of its own and for answers.
    private static final int SHARE = 8;

    /// Bytes of events that are on their way to one connection of another node.
    ///
    /// @param window the same for a connection of this one
    long window(long window) {
        return window / SHARE;
    }
}
