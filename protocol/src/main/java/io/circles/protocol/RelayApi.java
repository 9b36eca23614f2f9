package io.circles.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Params, results and events of the relay on the circle endpoint, as they stand on the wire (in
/// `snake_case`): devices that hold shares of a key run a protocol among themselves, and the circle
/// carries their messages. What the messages say is nothing that the circle reads.
///
/// Party numbers, indices, parties and thresholds have 16 bits; ids of groups and sessions are
/// UUIDs in lower case.
public final class RelayApi {
    /// The word of a session that makes a key.
    public static final String KEYGEN = "keygen";

    /// The word of a session that signs with one.
    public static final String SIGN = "sign";

    private RelayApi() {}

    /// How many belong to a group, and how many of them it takes to sign.
    ///
    /// @param parties how many shares the key has, 2 or more
    /// @param threshold one less than how many parties sign together: 1 or more, less than parties
    public record Parameters(int parties, int threshold) {}

    /// `Group.create`: makes a group, of which the caller is the first member. The result is the
    /// group's id.
    ///
    /// @param label for people, at most 256 characters
    public record CreateGroup(String label, Parameters parameters) {}

    /// `Group.join`: makes the caller a member; one that is a member already comes back. The events
    /// of the group come to this connection from now on, behind the reply.
    ///
    /// @param after the `seq` of the last event that the caller has; all later ones are sent again.
    ///     Without it those are sent that are not known to have arrived
    public record JoinGroup(String groupId, @Nullable Long after) {}

    /// The result of `Group.join`.
    public record Group(String label, Parameters params, String uuid) {}

    /// `Session.create`: makes a session, in which nobody has a seat yet.
    ///
    /// @param kind `keygen` or `sign`
    /// @param value any JSON value, for those who join
    /// @param participants keys in hex; when they are given nobody else can take a seat
    public record CreateSession(
            String groupId,
            String kind,
            @Nullable JsonNode value,
            @Nullable List<String> participants) {}

    /// `Session.join`: looks at a session. `Session.signup`: takes a seat in it, whose number is
    /// the result.
    ///
    /// @param kind must be the session's own
    public record OfSession(String groupId, String sessionId, String kind) {}

    /// `Session.load`: takes the seat of a certain number, such as that of a saved share of a key.
    /// The number is the result.
    ///
    /// @param kind must be the session's own
    public record LoadParty(String groupId, String sessionId, String kind, int number) {}

    /// The result of `Session.create` and `Session.join`.
    ///
    /// @param value what it was created with
    /// @param participants null when every member may take a seat
    public record Session(
            String kind, String uuid, JsonNode value, @Nullable List<String> participants) {}

    /// `Session.participant`: says by which index the messages of a signing protocol call the
    /// caller's seat.
    public record MapParticipant(String groupId, String sessionId, int index, int number) {}

    /// `Session.message`: sends a message to the other parties, or to one of them.
    ///
    /// @param kind must be the session's own
    public record SendMessage(String groupId, String sessionId, String kind, Message message) {}

    /// What one party tells others.
    ///
    /// @param round of the protocol
    /// @param sender the number of the party that sends it
    /// @param receiver whom it is for: the party of that number in a `keygen` session, of that
    ///     index in a `sign` session; null for all others
    /// @param uuid the sender's own name for it
    /// @param body any JSON value, which should be encrypted for its receivers
    public record Message(
            int round, int sender, @Nullable Integer receiver, String uuid, JsonNode body) {}

    /// `Session.finish`: the caller is done. When all are, the session is closed.
    public record FinishParty(String groupId, String sessionId, int number) {}

    /// `Session.abort`: ends a session for everybody, such as when a party has cheated.
    ///
    /// @param reason for people, at most 1,000 characters
    /// @param accused numbers of the parties that are to blame
    public record AbortSession(
            String groupId, String sessionId, String reason, @Nullable List<Integer> accused) {}

    /// The result of `Session.participant`, `Session.message`, `Session.finish` and
    /// `Session.abort`.
    ///
    /// @param accepted always true: what is not accepted is an error
    public record Acknowledged(boolean accepted) {}

    /// What happens in a group.
    public sealed interface Event extends CircleApi.Event
            permits SessionCreate,
                    SessionSignup,
                    SessionLoad,
                    SessionMessage,
                    SessionClosed,
                    SessionAborted,
                    SessionExpired,
                    PartyPresence {
        /// The group in which it happened.
        String groupId();

        /// The session that it is about.
        String sessionId();

        /// Its number among those that one member gets from one group, from 1 and without holes;
        /// but see [SessionAborted].
        long seq();
    }

    /// The event `sessionCreate`: somebody else has made a session of the kind `keygen`.
    public record SessionCreate(String groupId, String sessionId, long seq, Session session)
            implements Event {
        @Override
        public String method() {
            return "sessionCreate";
        }
    }

    /// The event `sessionSignup`: all seats are taken, the last one by `Session.signup`.
    ///
    /// @param parties their numbers, sorted
    public record SessionSignup(String groupId, String sessionId, long seq, List<Integer> parties)
            implements Event {
        @Override
        public String method() {
            return "sessionSignup";
        }
    }

    /// The event `sessionLoad`: all seats are taken, the last one by `Session.load`.
    ///
    /// @param parties their numbers, sorted
    public record SessionLoad(String groupId, String sessionId, long seq, List<Integer> parties)
            implements Event {
        @Override
        public String method() {
            return "sessionLoad";
        }
    }

    /// The event `sessionMessage`: a party has sent something.
    public record SessionMessage(String groupId, String sessionId, long seq, Message message)
            implements Event {
        @Override
        public String method() {
            return "sessionMessage";
        }
    }

    /// The event `sessionClosed`: all parties are done.
    ///
    /// @param parties their numbers, sorted
    public record SessionClosed(String groupId, String sessionId, long seq, List<Integer> parties)
            implements Event {
        @Override
        public String method() {
            return "sessionClosed";
        }
    }

    /// The event `sessionAborted`: the session has failed.
    ///
    /// @param seq its number, or that of the event before it once more where the node that has the
    ///     session is gone, which may have given the next one to something else
    /// @param reason for people
    /// @param by number of the party that gave it up; null for the circle itself, when a party did
    ///     not come back in time or the node that has the session is gone, and for a member without
    ///     a seat
    /// @param accused the parties that are to blame, as the one that gave up says
    /// @param missing the parties that did not come back
    public record SessionAborted(
            String groupId,
            String sessionId,
            long seq,
            String reason,
            @Nullable Integer by,
            List<Integer> accused,
            List<Integer> missing)
            implements Event {
        @Override
        public String method() {
            return "sessionAborted";
        }
    }

    /// The event `sessionExpired`: nobody has done anything in the session for too long.
    ///
    /// @param missing numbers of the parties that were not done; empty when seats were open
    /// @param openSeats how many seats nobody had taken
    public record SessionExpired(
            String groupId, String sessionId, long seq, List<Integer> missing, int openSeats)
            implements Event {
        @Override
        public String method() {
            return "sessionExpired";
        }
    }

    /// The event `partyPresence`: another party of a session that has begun has lost its
    /// connection, or is back.
    ///
    /// @param graceUntil until when it can come back, in seconds since 1970; null when it is there
    public record PartyPresence(
            String groupId,
            String sessionId,
            long seq,
            int number,
            boolean present,
            @Nullable Long graceUntil)
            implements Event {
        @Override
        public String method() {
            return "partyPresence";
        }
    }
}
