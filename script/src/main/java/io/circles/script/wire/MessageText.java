package io.circles.script.wire;

import io.circles.protocol.CircleException;
import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// JSON-RPC 2.0 messages between processes of ours, in ASCII so that even half a surrogate pair
/// arrives as it was.
public final class MessageText {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ASCII_END = 0x80;
    private static final int ENVELOPE = 100;

    private MessageText() {}

    /// A message as text of ASCII characters.
    public static String of(RpcMessage message) {
        return ascii(message.encode());
    }

    /// A message's bytes.
    public static byte[] bytes(RpcMessage message) {
        return of(message).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The bytes of a request whose params were written already.
    ///
    /// @param params exactly one JSON value, which is not checked
    public static byte[] request(long id, String method, CharSequence params) {
        StringBuilder json = new StringBuilder(params.length() + ENVELOPE);
        json.append("{\"jsonrpc\":\"2.0\",\"id\":").append(id).append(",\"method\":");
        Json.quote(method, json);
        json.append(",\"params\":").append(params).append('}');
        return ascii(json.toString()).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// JSON in ASCII: other characters stand inside of strings only, where they can be escaped.
    public static String ascii(String json) {
        return isAscii(json) ? json : escape(json);
    }

    private static boolean isAscii(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) >= ASCII_END) {
                return false;
            }
        }
        return true;
    }

    private static String escape(String json) {
        StringBuilder escaped = new StringBuilder(json.length() + (json.length() >> 1));
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < ASCII_END) {
                escaped.append(c);
            } else {
                escaped.append("\\u").append(HEX.toHexDigits(c));
            }
        }
        return escaped.toString();
    }

    /// The message of a text.
    ///
    /// @throws UnreadableMessage if it is none
    public static RpcMessage read(String text) throws UnreadableMessage {
        return read(frame(text, 1).getFirst());
    }

    private static List<RpcFrame.Item> frame(String text, int most) throws UnreadableMessage {
        try {
            return RpcFrame.parse(text, most).items();
        } catch (CircleException e) {
            throw new UnreadableMessage(e.error().message(), e);
        }
    }

    /// The message that an item is.
    ///
    /// @throws UnreadableMessage if it is none
    public static RpcMessage read(RpcFrame.Item item) throws UnreadableMessage {
        return switch (item) {
            case RpcMessage message -> message;
            case RpcFrame.Malformed malformed ->
                    throw new UnreadableMessage(malformed.problem().error().message());
        };
    }

    /// Messages as batches of JSON-RPC (section 6), in their order: as many in each as have so many
    /// bytes together, what holds them together aside, and one at least.
    public static List<byte[]> batches(List<RpcMessage> messages, int most) {
        List<byte[]> batches = new ArrayList<>();
        StringBuilder batch = new StringBuilder();
        for (RpcMessage message : messages) {
            String text = of(message);
            if (!batch.isEmpty() && batch.length() + text.length() > most) {
                batches.add(closed(batch));
                batch.setLength(0);
            }
            batch.append(batch.isEmpty() ? '[' : ',').append(text);
        }
        if (!batch.isEmpty()) {
            batches.add(closed(batch));
        }
        return batches;
    }

    private static byte[] closed(StringBuilder batch) {
        return batch.append(']').toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The items of one of what [#batches(List, int)] made, each to be read with
    /// [#read(RpcFrame.Item)]; a message by itself is one, too.
    ///
    /// @param most how many it has at most
    /// @throws UnreadableMessage if it is none
    public static List<RpcFrame.Item> items(byte[] bytes, int most) throws UnreadableMessage {
        return frame(new String(bytes, StandardCharsets.ISO_8859_1), most);
    }

    /// The message of what [#bytes(RpcMessage)] made.
    ///
    /// @throws UnreadableMessage if it is none
    public static RpcMessage read(byte[] bytes) throws UnreadableMessage {
        return read(new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
