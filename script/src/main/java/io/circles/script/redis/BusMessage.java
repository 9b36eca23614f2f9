package io.circles.script.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;
import io.circles.script.wire.Fields;
import io.circles.script.wire.MessageText;
import io.circles.script.wire.UnreadableMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A note on its way from one node to another, as it is sealed.
///
/// @param from who sends it
/// @param number higher by one than that of the sender's last one to this receiver, and never used
///     again
/// @param heard number of the receiver's last [BusNote.Hello] that the sender has acted on
record BusMessage(String from, long number, long heard, BusNote note) {
    /// What nodes are called.
    static final Pattern NODE = Pattern.compile("[a-z0-9-]{1,80}");

    private static final String UNKNOWN = "somebody";

    byte[] written() {
        ObjectNode all = fields(note).put("from", from).put("number", number).put("heard", heard);
        return MessageText.ascii(Json.write(all)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static ObjectNode fields(BusNote note) {
        return switch (note) {
            case BusNote.Hello(List<String> lines) -> of("hello", lines);
            case BusNote.Welcome(List<String> lines) -> of("welcome", lines);
            case BusNote.Join(List<String> lines, boolean anew) ->
                    of("join", lines).put("anew", anew);
            case BusNote.Leave(List<String> lines) -> of("leave", lines);
            case BusNote.Say(String line, JsonNode message, _) -> {
                ObjectNode fields = of("message").put("line", line);
                fields.set("message", message);
                yield fields;
            }
            case BusNote.Beat _ -> of("beat");
            case BusNote.Bye _ -> of("bye");
        };
    }

    private static ObjectNode of(String kind) {
        return Json.object().put("kind", kind);
    }

    private static ObjectNode of(String kind, List<String> lines) {
        ObjectNode fields = of(kind);
        fields.set("lines", Fields.array(lines));
        return fields;
    }

    /// Reads one.
    ///
    /// @throws UnreadableMessage if it is none
    static BusMessage read(Message message) throws UnreadableMessage {
        try {
            String text = new String(message.body(), StandardCharsets.ISO_8859_1);
            Fields all = Fields.of(Json.parse(text));
            return new BusMessage(
                    all.text("from"),
                    all.number("number"),
                    all.number("heard"),
                    note(all, text.length()));
        } catch (JsonProcessingException e) {
            throw new UnreadableMessage("what a node says is no JSON", e);
        }
    }

    /// Who a message says it is from, which anybody may have written: for the log only.
    static String claimedSender(byte[] sealed) {
        try {
            Optional<Message> claimed = Seal.claimed(sealed);
            String from = claimed.isPresent() ? read(claimed.get()).from : UNKNOWN;
            return NODE.matcher(from).matches() ? from : UNKNOWN;
        } catch (UnreadableMessage _) {
            return UNKNOWN;
        }
    }

    private static BusNote note(Fields all, int bytes) throws UnreadableMessage {
        return switch (all.text("kind")) {
            case "hello" -> new BusNote.Hello(all.texts("lines"));
            case "welcome" -> new BusNote.Welcome(all.texts("lines"));
            case "join" -> new BusNote.Join(all.texts("lines"), all.truth("anew"));
            case "leave" -> new BusNote.Leave(all.texts("lines"));
            case "message" -> new BusNote.Say(all.text("line"), all.inner("message").node(), bytes);
            case "beat" -> new BusNote.Beat();
            case "bye" -> new BusNote.Bye();
            default -> throw new UnreadableMessage("nothing that a node says");
        };
    }
}
