package io.circles.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Instant;

/// The end of the chain at some time, signed by the circle's key. Immutable.
///
/// @param number of the last entry
/// @param hash of that entry, in hex
/// @param at when it was signed, to the millisecond
/// @param signature over SHA-256 of [#text], in hex
public record AuditHead(long number, String hash, Instant at, String signature) {
    /// With this the circle's key signs nothing but audits.
    static final String PURPOSE = "circles audit v1\n";

    static AuditHead sign(KeyPair circle, long number, String hash, Instant at) {
        Instant rounded = Instant.ofEpochMilli(at.toEpochMilli());
        byte[] text = text(circle.publicKey(), number, hash, rounded);
        return new AuditHead(number, hash, rounded, circle.sign(text).hex());
    }

    private static byte[] text(PublicKey circle, long number, String hash, Instant at) {
        return (PURPOSE
                        + "circle: %s\nnumber: %d\nhash: %s\ntime: %s"
                                .formatted(circle.hex(), number, hash, at))
                .getBytes(UTF_8);
    }

    /// What to note of it.
    public AuditMark mark() {
        return new AuditMark(number, hash);
    }

    /// Whether that circle has signed it.
    boolean isBy(PublicKey circle) {
        try {
            return Signature.parse(signature).verifies(circle, text(circle, number, hash, at));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
