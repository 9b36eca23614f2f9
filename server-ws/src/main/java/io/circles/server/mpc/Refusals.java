package io.circles.server.mpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;

/// Why something is not done, in the words of the original where it has some.
final class Refusals {
    private Refusals() {}

    static CircleException noGroup(String id) {
        return new CircleException(ErrorCode.RELAY_NOT_FOUND, "group " + id + " does not exist");
    }

    /// The original calls it a group.
    static CircleException noSession(Client client, String id) {
        String what =
                switch (client.endpoint()) {
                    case CIRCLE -> "session ";
                    case ORIGINAL -> "group ";
                };
        return new CircleException(ErrorCode.RELAY_NOT_FOUND, what + id + " does not exist");
    }

    static CircleException notMember(Client client, RelayGroup group) {
        return new CircleException(
                ErrorCode.RELAY_NOT_MEMBER,
                "client " + client.name() + " does not belong to the group " + group.id);
    }

    static CircleException notParticipant(Client client, RelaySession session) {
        return new CircleException(
                ErrorCode.RELAY_NOT_MEMBER,
                "client " + client.name() + " is no participant of the session " + session.id);
    }

    static CircleException groupFull(RelayGroup group) {
        return new CircleException(
                ErrorCode.RELAY_FULL,
                "group " + group.id + " is full, cannot accept new connections");
    }

    static CircleException sessionFull(RelaySession session) {
        return new CircleException(ErrorCode.RELAY_FULL, "session " + session.id + " is full");
    }

    /// @param limit so many there are already
    static CircleException tooMany(String what, int limit) {
        return CircleException.limit(
                ErrorCode.RELAY_FULL, "at most " + limit + " " + what, limit, limit + 1L);
    }

    /// The relay as a whole holds as much as it may.
    static CircleException noRoom(long limit, long bytes) {
        return CircleException.limit(
                ErrorCode.RELAY_FULL,
                "the circle's relay has no room: at most " + limit + " bytes",
                limit,
                bytes);
    }

    static CircleException parameters(String why) {
        return new CircleException(ErrorCode.RELAY_BAD_PARAMETERS, why);
    }

    static CircleException otherKind(RelaySession session) {
        return parameters("session " + session.id + " is of kind " + session.fixed.kind().word());
    }

    static CircleException aborted(RelaySession session) {
        return new CircleException(
                ErrorCode.RELAY_ABORTED,
                "session " + session.id + " was aborted: " + session.reason());
    }

    static CircleException party(String why) {
        return new CircleException(ErrorCode.RELAY_BAD_PARTY, why);
    }

    static CircleException noParty(int number) {
        return party("party " + number + " does not exist");
    }

    static CircleException othersParty(int number) {
        return party("party " + number + " is not valid in this context");
    }

    static CircleException receiver(int receiver) {
        return new CircleException(
                ErrorCode.RELAY_BAD_RECEIVER,
                "receiver " + receiver + " for peer to peer message does not exist");
    }

    /// Whom it is for does not take what it is sent.
    static CircleException backlog(long limit, long bytes) {
        return CircleException.limit(
                ErrorCode.BUSY, "Busy: a receiver has not taken what it was sent", limit, bytes);
    }

    /// The caller itself does not take what it is sent.
    static CircleException behind(long limit, long bytes) {
        return CircleException.limit(
                ErrorCode.BUSY, "Busy: this client has not taken what it was sent", limit, bytes);
    }

    static CircleException rate() {
        return new CircleException(ErrorCode.BUSY, "Busy: too many calls of this client");
    }
}
