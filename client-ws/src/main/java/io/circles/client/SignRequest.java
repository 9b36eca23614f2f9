package io.circles.client;

import io.circles.protocol.SignApi;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import java.time.Instant;

/// What somebody asks the client's key to sign. The circle named it and the client has checked it,
/// see [CircleClientBuilder#onSignRequest]; whether it is true and wanted is for the application to
/// decide. Texts in it are the requester's: show them as such, without the control characters that
/// they may hold. Immutable.
public final class SignRequest {
    private final SignApi.Requested wire;
    private final byte[] message;
    private final SignDigest kind;
    private final byte[] digest;
    private final PublicKey circle;

    SignRequest(
            SignApi.Requested wire,
            byte[] message,
            SignDigest kind,
            byte[] digest,
            PublicKey circle) {
        this.wire = wire;
        this.message = message;
        this.kind = kind;
        this.digest = digest;
        this.circle = circle;
    }

    /// Its name at the circle: 1 to 128 printable ASCII characters without spaces.
    public String id() {
        return wire.id();
    }

    /// The message to sign: a new array.
    public byte[] message() {
        return message.clone();
    }

    /// What the message is, such as `text/plain`; at most 255 characters.
    public String contentType() {
        return wire.contentType();
    }

    /// What the requester wants to be shown with it; at most 10,000 characters, perhaps none.
    public String display() {
        return wire.display();
    }

    /// Who asks, as the circle says: a key in hex, or a word for somebody without one. With
    /// [SignDigest#TAGGED] it is a key.
    public String requester() {
        return wire.requester();
    }

    /// What of the request is signed.
    public SignDigest kind() {
        return kind;
    }

    /// The 32 bytes that are signed: a new array.
    public byte[] digest() {
        return digest.clone();
    }

    /// When it ends by itself, by the circle's clock.
    public Instant expiresAt() {
        return Instant.ofEpochSecond(wire.expiresAt());
    }

    /// The circle that passes the request on: the key that it has proven.
    public PublicKey circle() {
        return circle;
    }

    /// Its id only.
    @Override
    public String toString() {
        return "SignRequest[" + id() + "]";
    }
}
