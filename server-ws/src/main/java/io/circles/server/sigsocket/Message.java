package io.circles.server.sigsocket;

import java.util.Base64;

/// The bytes that somebody is asked to sign. Immutable.
///
/// @param base64 as it goes over the wire: the standard alphabet, with padding
public record Message(String base64) {
    public Message {
        if (!Base64.getEncoder()
                .encodeToString(Base64.getDecoder().decode(base64))
                .equals(base64)) {
            throw new IllegalArgumentException("is not base64 as the standard writes it");
        }
    }

    /// The message of those bytes.
    public static Message of(byte[] bytes) {
        return new Message(Base64.getEncoder().encodeToString(bytes));
    }

    /// The bytes: a new array.
    public byte[] bytes() {
        return Base64.getDecoder().decode(base64);
    }
}
