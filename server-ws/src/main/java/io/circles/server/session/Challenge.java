package io.circles.server.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.CircleApi;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A text that a client is asked to sign. It names its purpose, this server's origin, the circle,
/// the connection, the claimed key and its own life, so that a signature over it is good for one
/// log-in here and for nothing anywhere else. Immutable.
///
/// @param key who claims to answer
/// @param text what is to be signed, in UTF-8
/// @param expiresAt after this it is worthless, whole seconds
record Challenge(PublicKey key, String text, Instant expiresAt) {
    private static final int RANDOM_BYTES = 32;

    /// What a challenge binds a signature to, but for the key.
    ///
    /// @param origin the address the client dialled
    /// @param connection an id that no other connection has
    record Place(Origin origin, PublicKey circle, String connection) {}

    /// @param own the client's part, printable and without line breaks; null when it sent none
    static Challenge issue(
            Place place,
            PublicKey key,
            @Nullable String own,
            Instant now,
            Duration life,
            RandomGenerator random) {
        Instant issued = now.truncatedTo(ChronoUnit.SECONDS);
        Instant expires = issued.plus(life).truncatedTo(ChronoUnit.SECONDS);
        byte[] nonce = new byte[RANDOM_BYTES];
        random.nextBytes(nonce);
        StringBuilder text = new StringBuilder(512);
        text.append("circles authentication v1");
        line(text, "origin", place.origin().toString());
        line(text, "circle", place.circle().hex());
        line(text, "connection", place.connection());
        line(text, "pubkey", key.hex());
        if (own != null) {
            line(text, "challenge", own);
        }
        line(text, "issued", issued.toString());
        line(text, "expires", expires.toString());
        line(text, "nonce", HexFormat.of().formatHex(nonce));
        return new Challenge(key, text.toString(), expires);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append('\n').append(name).append(": ").append(value);
    }

    /// The circle's own signature, by which a client knows whom it talks to before it signs.
    Signature proof(KeyPair circle) {
        return circle.sign(CircleApi.Nonce.proven(text));
    }

    /// Whether this is its answer.
    boolean isAnsweredBy(PublicKey claimed, Signature signature, Instant now) {
        return claimed.equals(key)
                && now.isBefore(expiresAt)
                && signature.verifies(key, text.getBytes(UTF_8));
    }
}
