package io.circles.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stood in one text frame: a message, or a batch of them (JSON-RPC 2.0, section 6).
///
/// An item of a batch that is not a message does not spoil the others: it is a [Malformed].
///
/// @param batch whether the frame was an array, so that the answer must be one
/// @param items one item, or those of the batch, in the order they came
public record RpcFrame(boolean batch, List<Item> items) {

    public RpcFrame {
        items = List.copyOf(items);
    }

    /// One item of a frame.
    public sealed interface Item permits RpcMessage, Malformed {}

    /// JSON that is not a message.
    ///
    /// @param id the id where one could be read, otherwise null
    /// @param problem [ErrorCode#INVALID_REQUEST] with what was wrong
    public record Malformed(RpcId id, CircleException problem) implements Item {}

    /// Reads a frame.
    ///
    /// @param maxItems how many items a batch may have
    /// @throws CircleException [ErrorCode#PARSE_ERROR] if the text is not JSON as [Json] reads it,
    ///     [ErrorCode#INVALID_REQUEST] for an empty batch, [ErrorCode#BATCH_TOO_BIG]
    public static RpcFrame parse(String text, int maxItems) {
        try (JsonParser json = Json.parser(text)) {
            RpcFrame frame =
                    json.nextToken() == JsonToken.START_ARRAY
                            ? batch(json, maxItems)
                            : new RpcFrame(false, List.of(RpcDecoder.item(json)));
            if (json.nextToken() != null) {
                throw parseError(
                        "there is more after the first JSON value", json.currentTokenLocation());
            }
            return frame;
        } catch (StreamConstraintsException e) {
            throw parseError(
                    "nested deeper than "
                            + Json.MAX_DEPTH
                            + " levels, or a name or number in it is too long",
                    e.getLocation());
        } catch (JsonProcessingException e) {
            throw parseError(Json.problem(e), e.getLocation());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RpcFrame batch(JsonParser json, int maxItems) throws IOException {
        List<Item> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (items.size() == maxItems) {
                throw CircleException.limit(
                        ErrorCode.BATCH_TOO_BIG,
                        "Batch too big: at most " + maxItems + " requests",
                        maxItems,
                        items.size() + 1L);
            }
            items.add(RpcDecoder.item(json));
        }
        if (items.isEmpty()) {
            throw new CircleException(
                    ErrorCode.INVALID_REQUEST, "Invalid Request: a batch has at least one request");
        }
        return new RpcFrame(true, items);
    }

    private static CircleException parseError(String problem, @Nullable JsonLocation place) {
        CircleException error =
                new CircleException(ErrorCode.PARSE_ERROR, "Parse error: " + problem);
        return place == null
                ? error
                : error.with("line", place.getLineNr()).with("column", place.getColumnNr());
    }
}
