package io.circles.server.sigsocket;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;

/// What somebody asks the holder of a key to sign. Immutable.
///
/// @param key whose signature is wanted
/// @param message 1 to so many bytes as the limit `sign_message` says
/// @param contentType what the message is, 1 to 100 printable ASCII characters
/// @param display what to show to whoever decides, at most 1,000 characters
/// @param digest what of the message is signed; tagged needs a requester with a key
/// @param requester who asks
/// @param timeout how long it may take, at most as long as the limit `sign_ttl_ms` says
/// @param waitForDevice whether to wait when no device listens for the key
public record Ask(
        PublicKey key,
        Message message,
        String contentType,
        String display,
        SignDigest digest,
        Requester requester,
        Duration timeout,
        boolean waitForDevice) {
    /// How long an ask may take that says nothing else.
    public static final Duration TIMEOUT = Duration.ofSeconds(60);
}
