package io.circles.client;

import io.circles.protocol.CircleApi.Nonce;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// Decides whether the text that a circle gave to sign is what it must be: a log-in at the address
/// that was dialled, for the circle that is expected, with this key, asked for just now; and
/// nothing else.
///
/// The text must have exactly the lines of the protocol, in their order. Its life is judged by the
/// times in it, never by this machine's clock. Immutable.
///
/// @param endpoint what was dialled
/// @param circle the circle's key; null when it is not known and the first one is trusted
/// @param signer the key that shall sign
/// @param challenge what was sent for the text to repeat
record NonceCheck(
        Endpoint endpoint, @Nullable PublicKey circle, PublicKey signer, String challenge) {
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(10);

    /// What a nonce that is as it must be says.
    ///
    /// @param circle its key, which is proven
    /// @param issued when the nonce was made, by the circle's clock
    /// @param expires until when it can be answered, likewise
    record Checked(PublicKey circle, Instant issued, Instant expires) {}

    /// Checks the text and the circle's proof.
    ///
    /// @throws UntrustedCircleException names the line that is wrong
    Checked check(Nonce nonce) {
        Iterator<String> lines = Arrays.asList(nonce.nonce().split("\n", -1)).iterator();
        same("purpose", "circles authentication v1", lines.hasNext() ? lines.next() : "");
        origin(value("origin", lines));
        PublicKey claimed = circle(value("circle", lines));
        matches("connection", "[!-~]+", "the name of a connection", value("connection", lines));
        same("pubkey", signer.hex(), value("pubkey", lines));
        same("challenge", challenge, value("challenge", lines));
        Instant issued = time("issued", value("issued", lines));
        Instant expires = life(issued, value("expires", lines));
        matches("nonce", "[0-9a-f]{64}", "64 hex digits", value("nonce", lines));
        if (lines.hasNext()) {
            throw new UntrustedCircleException("the end", "after the line nonce", lines.next());
        }
        proof(nonce, claimed);
        return new Checked(claimed, issued, expires);
    }

    private static String value(String name, Iterator<String> lines) {
        String line = lines.hasNext() ? lines.next() : "";
        String prefix = name + ": ";
        if (!line.startsWith(prefix)) {
            throw new UntrustedCircleException(name, "a line that begins with " + prefix, line);
        }
        return line.substring(prefix.length());
    }

    private void origin(String value) {
        if (!endpoint.isOriginOf(value)) {
            throw new UntrustedCircleException("origin", endpoint.origin(), value);
        }
    }

    private PublicKey circle(String value) {
        if (circle != null) {
            same("circle", circle.hex(), value);
            return circle;
        }
        try {
            PublicKey claimed = PublicKey.parse(value);
            same("circle", claimed.hex(), value);
            return claimed;
        } catch (IllegalArgumentException e) {
            throw new UntrustedCircleException("circle", "a public key", value);
        }
    }

    private static Instant life(Instant issued, String value) {
        Instant expires = time("expires", value);
        Duration life = Duration.between(issued, expires);
        if (life.toSeconds() < 1 || life.compareTo(LONGEST_LIFE) > 0) {
            throw new UntrustedCircleException(
                    "expires", "from 1 second to 10 minutes after " + issued, value);
        }
        return expires;
    }

    private static Instant time(String name, String value) {
        matches(name, "[0-9-]{10}T[0-9:]{8}Z", "a time such as 2026-11-20T12:00:00Z", value);
        try {
            return Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new UntrustedCircleException(name, "a time that exists", value);
        }
    }

    private static void proof(Nonce nonce, PublicKey circle) {
        byte[] proven = Nonce.proven(nonce.nonce());
        try {
            Signature proof = Signature.parse(nonce.proof());
            if (proof instanceof Signature.Compact && proof.verifies(circle, proven)) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // is no signature, so it proves nothing either
        }
        throw new UntrustedCircleException(
                "proof", "a signature of this nonce by the circle " + circle, nonce.proof());
    }

    private static void same(String name, String expected, String value) {
        if (!value.equals(expected)) {
            throw new UntrustedCircleException(name, expected, value);
        }
    }

    private static void matches(String name, String pattern, String expected, String value) {
        if (!value.matches(pattern)) {
            throw new UntrustedCircleException(name, expected, value);
        }
    }
}
