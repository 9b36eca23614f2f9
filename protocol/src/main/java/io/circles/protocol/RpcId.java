package io.circles.protocol;

/// The id of a request, kept as the JSON text it came in so that it goes back as it came: a string,
/// a number of any size and notation, or null.
///
/// Two ids are the same request when their texts are equal; `1` and `1.0` are not.
///
/// @param json a JSON string, number or `null`
public record RpcId(String json) {
    /// The id of an answer to something whose id could not be read.
    public static final RpcId NULL = new RpcId("null");

    /// A numeric id, as our own clients use.
    public static RpcId of(long number) {
        return new RpcId(Long.toString(number));
    }

    /// A string id.
    public static RpcId of(String text) {
        return new RpcId(Json.writeAscii(text));
    }

    @Override
    public String toString() {
        return json;
    }
}
