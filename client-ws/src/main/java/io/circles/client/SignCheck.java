package io.circles.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.SignApi;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.Digest;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Decides whether a request to sign may come before the application at all. What is wrong is
/// thrown as [IllegalArgumentException], whose message is the reason that the circle gets.
/// Immutable.
///
/// @param circle the key that the circle has proven: it is part of what is signed
/// @param clock the circle's, behind it by as much as [#LENIENCY] at most
record SignCheck(PublicKey circle, InstantSource clock) {
    /// For how long a request counts as waiting after its end. The circle itself ends it in time;
    /// this covers that the clocks differ, or that the circle's was set.
    static final Duration LENIENCY = Duration.ofSeconds(5);

    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_MESSAGE = (MAX_MESSAGE_BYTES + 2) / 3 * 4;
    private static final int MAX_CONTENT_TYPE = 255;
    private static final int MAX_DISPLAY = 10_000;
    private static final int MAX_REQUESTER = 128;
    private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    /// Reads and checks a request.
    ///
    /// @throws IllegalArgumentException when it must not be signed; says why
    SignRequest check(JsonNode params) {
        SignApi.Requested wire = read(params);
        bounded("message", wire.message(), MAX_MESSAGE);
        bounded("content type", wire.contentType(), MAX_CONTENT_TYPE);
        bounded("display", wire.display(), MAX_DISPLAY);
        bounded("requester", wire.requester(), MAX_REQUESTER);
        if (wire.expiresAt() < 0 || wire.expiresAt() > LAST_SECOND) {
            throw new IllegalArgumentException("its expiry is no time");
        }
        if (nanosLeft(Instant.ofEpochSecond(wire.expiresAt())) <= 0) {
            throw new IllegalArgumentException("it has expired");
        }
        SignDigest kind =
                SignDigest.of(wire.digest())
                        .orElseThrow(() -> new IllegalArgumentException("its digest is not known"));
        byte[] message = message(wire);
        return new SignRequest(wire, message, kind, digest(kind, message, wire), circle);
    }

    private static SignApi.Requested read(JsonNode params) {
        try {
            return Results.of("sign_request", params, SignApi.Requested.class);
        } catch (BadReplyException e) {
            throw new IllegalArgumentException("it is not as the protocol says", e);
        }
    }

    /// How long a request may still be answered.
    long nanosLeft(Instant expiry) {
        Duration left = Duration.between(clock.instant(), expiry.plus(LENIENCY));
        return TimeUnit.NANOSECONDS.convert(left);
    }

    private static void bounded(String field, String value, int max) {
        if (value.length() > max) {
            throw new IllegalArgumentException("its " + field + " is too long");
        }
    }

    private static byte[] message(SignApi.Requested wire) {
        byte[] message = decoded(wire.message());
        if (SignDigest.isReserved(message)) {
            throw new IllegalArgumentException(
                    "its message is one that only this protocol itself has signed");
        }
        return message;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its message is not base64", e);
        }
    }

    private byte[] digest(SignDigest kind, byte[] message, SignApi.Requested wire) {
        return switch (kind) {
            case SHA256 -> Digest.sha256(message);
            case TAGGED ->
                    kind.digest(
                            message,
                            new SignDigest.Context(
                                    circle, requester(wire), wire.contentType(), wire.display()));
        };
    }

    /// Only the one form of the key that is shown, so that nobody approves another's.
    private static PublicKey requester(SignApi.Requested wire) {
        try {
            PublicKey key = PublicKey.parse(wire.requester());
            if (key.hex().equals(wire.requester())) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // said below, for both
        }
        throw new IllegalArgumentException("its digest needs the requester's key in hex");
    }
}
