package io.circles.server.mpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import java.util.HexFormat;

/// Who takes part in the relay.
///
/// @param id what tells it from others: kept, and never shown
/// @param name how errors call it
/// @param returns whether it is known again when it comes with another connection
public record Client(Endpoint endpoint, String id, String name, boolean returns) {

    /// The holder of a key.
    public static Client key(PublicKey key) {
        return new Client(Endpoint.CIRCLE, "key " + key.hex(), key.hex(), true);
    }

    /// A connection at `/mpc` that is nothing but that.
    ///
    /// @param id that no other has, nor had before a restart of the server
    /// @param number of the connection
    public static Client connection(String id, String number) {
        return new Client(Endpoint.ORIGINAL, "connection " + id, number, false);
    }

    /// Whoever knows a secret, at `/mpc`. Only its hash is kept.
    ///
    /// @param number of the connection
    public static Client secret(String secret, String number) {
        String hash = HexFormat.of().formatHex(Digest.sha256(secret.getBytes(UTF_8)));
        return new Client(Endpoint.ORIGINAL, "secret " + hash, number, true);
    }

    /// Its name alone.
    @Override
    public String toString() {
        return "Client[" + name + "]";
    }
}
