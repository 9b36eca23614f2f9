package io.circles.client;

import io.circles.protocol.DurationText;
import io.circles.protocol.crypto.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// What [CircleClientBuilder] collects. Immutable.
///
/// @param signer null for a client that stays anonymous
/// @param circle the key that the circle must have; null when the first one is trusted
/// @param requestTimeout for each request, from the call to its answer
/// @param random of challenges, idempotency keys and waits
/// @param clock says until when a client waits; nothing is decided by it
record ClientSettings(
        Endpoint endpoint,
        @Nullable Signer signer,
        @Nullable PublicKey circle,
        Duration requestTimeout,
        TransportSettings transport,
        Retry retry,
        Listeners listeners,
        SecureRandom random,
        InstantSource clock) {

    ClientSettings {
        positive("requestTimeout", requestTimeout);
        PublicKey dialed = endpoint.circle();
        if (circle != null && dialed != null && !circle.equals(dialed)) {
            throw new IllegalArgumentException(
                    "the circle is to be %s, but the address is that of %s"
                            .formatted(circle, dialed));
        }
        circle = circle == null ? dialed : circle;
        if (listeners.onSignRequest() != null && signer == null) {
            throw new IllegalArgumentException("onSignRequest needs a key: keyPair or signer");
        }
    }

    static void positive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(
                    name + " is more than nothing, not " + DurationText.of(duration));
        }
    }
}
