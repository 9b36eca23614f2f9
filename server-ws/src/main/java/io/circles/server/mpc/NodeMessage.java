package io.circles.server.mpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.protocol.RpcError;
import org.jspecify.annotations.Nullable;

/// What the relays of two nodes tell each other. One is the home of a group; the other, a visitor,
/// has connections of the group's members.
///
/// What goes on between the two has an epoch, a number that the visitor raises when it begins anew,
/// because something was lost. What belongs to another epoch is ignored, so nothing comes twice.
sealed interface NodeMessage {
    /// The field that says which of them it is.
    String SAYS = "says";

    /// Whose is the group?
    record Wanted(String group) implements NodeMessage {}

    /// Whether the group is the sender's.
    ///
    /// @param clock what its [HomeClock] shows
    record Found(String group, boolean here, long clock) implements NodeMessage {}

    /// The visitor begins anew: its connections are lost, as far as they belong to an earlier
    /// epoch.
    record Began(long epoch) implements NodeMessage {}

    /// The home has taken the connections of that epoch for lost: the visitor is to begin anew.
    record Lost(long epoch) implements NodeMessage {}

    /// A member wants something.
    ///
    /// @param visit number of the connection, which no other of the visitor's has had
    /// @param key that the member has proven
    /// @param call its number, which no other of the visitor's has had
    /// @param oldest number of the oldest call to which there is no answer yet
    /// @param expires when the home's clock shows that, the call is not carried out any more: the
    ///     member was told that it has failed
    /// @param params of the method, or of [Errand#RETURN]
    record Asked(
            long epoch,
            long visit,
            String key,
            long call,
            long oldest,
            long expires,
            String method,
            JsonNode params)
            implements NodeMessage {}

    /// What has come of it: a result or an error.
    ///
    /// @param clock what the home's [HomeClock] shows
    /// @param standing what the member has in the group, where that can have changed
    record Answered(
            long epoch,
            long call,
            long clock,
            @Nullable JsonNode result,
            @Nullable RpcError error,
            Party.@Nullable Standing standing)
            implements NodeMessage {
        /// The same, told in another epoch.
        Answered in(long other) {
            return new Answered(other, call, HomeClock.now(), result, error, standing);
        }
    }

    /// Something has happened in a group, of which the member of a connection is told.
    ///
    /// @param number higher than that of what the connection was told before
    /// @param call that has caused it and was made by the visitor; null for anything else
    /// @param asks whether the visitor is to say that this has [Come]
    /// @param name of the event
    record Happened(
            long epoch,
            long visit,
            long number,
            @Nullable Long call,
            boolean asks,
            String name,
            JsonNode event)
            implements NodeMessage {}

    /// What the visitor was told has come to it, up to a number; not yet to its clients.
    record Come(long number) implements NodeMessage {}

    /// All that a connection was told has arrived at the client, up to a number.
    record Arrived(long visit, long number) implements NodeMessage {}

    /// A connection has ended, or takes part no more.
    record Ended(long visit) implements NodeMessage {}

    private String word() {
        return switch (this) {
            case Wanted _ -> "wanted";
            case Found _ -> "found";
            case Began _ -> "began";
            case Lost _ -> "lost";
            case Asked _ -> "asked";
            case Answered _ -> "answered";
            case Happened _ -> "happened";
            case Come _ -> "come";
            case Arrived _ -> "arrived";
            case Ended _ -> "ended";
        };
    }

    /// As it is sent.
    default ObjectNode json() {
        ObjectNode json = Json.object().put(SAYS, word());
        json.setAll((ObjectNode) Json.tree(this));
        return json;
    }

    /// Reads one.
    ///
    /// @throws IllegalArgumentException if it is none
    static NodeMessage read(ObjectNode json) {
        try {
            return Json.knownPart(json, type(json.path(SAYS).asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "what another node's relay says is not as it should be", e);
        }
    }

    private static Class<? extends NodeMessage> type(String word) {
        return switch (word) {
            case "wanted" -> Wanted.class;
            case "found" -> Found.class;
            case "began" -> Began.class;
            case "lost" -> Lost.class;
            case "asked" -> Asked.class;
            case "answered" -> Answered.class;
            case "happened" -> Happened.class;
            case "come" -> Come.class;
            case "arrived" -> Arrived.class;
            case "ended" -> Ended.class;
            default -> throw new IllegalArgumentException("no relay says " + word);
        };
    }
}
