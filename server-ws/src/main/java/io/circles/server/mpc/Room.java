package io.circles.server.mpc;

/// How much the groups, members, sessions and events of a relay take together: about what they take
/// in memory, and no less than in the file. Not thread-safe: belongs to a [Journal].
final class Room {
    /// What a group takes, with its label.
    static final long GROUP = 1_024;

    /// What a member takes.
    static final long MEMBER = 512;

    /// What a session takes besides its value, its seats and its participants.
    static final long SESSION = 4_096;

    /// What a seat takes, or the key of a participant.
    static final long SEAT = 256;

    /// What an event takes for each member that it waits for.
    static final long WAITING = 64;

    private long taken;

    /// What is taken.
    long taken() {
        return taken;
    }

    void take(long bytes) {
        taken += bytes;
    }

    void give(long bytes) {
        taken -= bytes;
    }

    /// @param limit what may be taken
    /// @throws io.circles.protocol.CircleException if there is no room for so much more
    void refuse(long bytes, long limit) {
        if (taken + bytes > limit) {
            throw Refusals.noRoom(limit, taken + bytes);
        }
    }
}
