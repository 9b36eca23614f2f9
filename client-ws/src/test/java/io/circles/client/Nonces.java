package io.circles.client;

import io.circles.protocol.CircleApi.Nonce;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Nonces as a circle makes them, line by line, so that tests can spoil one.
final class Nonces {
    static final KeyPair CIRCLE = key(1);
    static final KeyPair OTHER_CIRCLE = key(2);
    static final KeyPair CLIENT = key(3);

    private Nonces() {}

    static KeyPair key(int number) {
        byte[] secret = new byte[32];
        secret[31] = (byte) number;
        return KeyPair.of(secret);
    }

    static List<String> lines(String origin, PublicKey client, String challenge) {
        return new ArrayList<>(
                List.of(
                        "circles authentication v1",
                        "origin: " + origin,
                        "circle: " + CIRCLE.publicKey(),
                        "connection: 7d0c",
                        "pubkey: " + client,
                        "challenge: " + challenge,
                        "issued: 2026-11-20T12:00:00Z",
                        "expires: 2026-11-20T12:01:00Z",
                        "nonce: " + "5f".repeat(32)));
    }

    static Nonce proven(KeyPair circle, List<String> lines) {
        String text = String.join("\n", lines);
        byte[] proven = ("circles proof v1\n" + text).getBytes(StandardCharsets.UTF_8);
        return new Nonce(text, 1_795_176_060, circle.sign(proven).hex());
    }
}
