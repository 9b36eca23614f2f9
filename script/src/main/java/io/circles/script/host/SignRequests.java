package io.circles.script.host;

import io.circles.protocol.SignDigest;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.Capability;
import io.circles.script.Effect;
import io.circles.script.SignatureRequest;
import java.time.Duration;
import java.util.List;

/// `sign` of scripts: notes what the circle's signing service is asked for. Confined to the run's
/// thread.
///
/// Every method takes the rights of the code that calls, and throws [HostException] where they do
/// not reach or an argument is not right; past a limit
/// [io.circles.protocol.CircleException] with [io.circles.protocol.ErrorCode#EFFECTS].
public final class SignRequests {
    private final Effects effects;

    /// @param effects of the same run
    public SignRequests(Effects effects) {
        this.effects = effects;
    }

    /// What a script says of a request, besides the keys.
    ///
    /// @param message the bytes in base64
    /// @param contentType see [SignatureRequest]
    /// @param display see [SignatureRequest]; half of a surrogate pair becomes U+FFFD
    /// @param digest the word of a [SignDigest]
    /// @param ttlMs milliseconds
    public record Ask(
            String message, String contentType, String display, String digest, long ttlMs) {}

    /// Asks so many of the holders of those keys to sign.
    ///
    /// @param id of the request, a UUID that no other has
    /// @param keys in any accepted form
    public void request(Rights rights, String id, List<String> keys, int threshold, Ask ask) {
        rights.require(Capability.SIGN);
        SignatureRequest request = valid(id, keys, threshold, ask);
        effects.add(new Effect.Sign(request), size(request));
    }

    private static SignatureRequest valid(String id, List<String> keys, int threshold, Ask ask) {
        try {
            return new SignatureRequest(
                    id,
                    keys.stream().map(PublicKey::parse).toList(),
                    threshold,
                    ask.message,
                    ask.contentType,
                    Utf8.wellFormed(ask.display),
                    digest(ask.digest),
                    Duration.ofMillis(ask.ttlMs));
        } catch (IllegalArgumentException e) {
            throw HostException.badArgument(String.valueOf(e.getMessage()));
        }
    }

    private static SignDigest digest(String word) {
        return SignDigest.of(word)
                .orElseThrow(
                        () -> new IllegalArgumentException("digest is \"tagged\" or \"sha256\""));
    }

    /// What the circle keeps of it: the message once, the rest for each key.
    private static long size(SignatureRequest request) {
        long ofKey = request.contentType().length() + Utf8.length(request.display());
        long keys = request.keys().stream().mapToLong(key -> key.hex().length() + ofKey).sum();
        return keys + request.message().length();
    }

    /// Withdraws a request of the circle.
    public void cancel(Rights rights, String id) {
        rights.require(Capability.SIGN);
        try {
            effects.add(new Effect.CancelSign(id), id.length());
        } catch (IllegalArgumentException e) {
            throw HostException.badArgument(String.valueOf(e.getMessage()));
        }
    }
}
