package io.circles.client;

import io.circles.protocol.RpcMessage;
import io.circles.protocol.crypto.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// What [CircleClientBuilder] collects. Immutable.
///
/// @param signer null for a client that stays anonymous
/// @param circle the key that the circle must have; null when the first one is trusted
/// @param connectTimeout for dialling, TLS and the upgrade together
/// @param requestTimeout for each request, from the call to its answer
/// @param maxMessageBytes how long a message of the circle may be
/// @param onSignRequest null for a client that does not listen
/// @param tls whom to trust; null for whom this JVM trusts
record ClientSettings(
        Endpoint endpoint,
        @Nullable Signer signer,
        @Nullable PublicKey circle,
        Duration connectTimeout,
        Duration requestTimeout,
        long maxMessageBytes,
        Consumer<RpcMessage.Notification> onEvent,
        @Nullable SignHandler onSignRequest,
        SecureRandom random,
        @Nullable SSLContext tls) {
    private static final long LEAST_MESSAGE_BYTES = 1024;

    ClientSettings {
        positive("connectTimeout", connectTimeout);
        positive("requestTimeout", requestTimeout);
        if (maxMessageBytes < LEAST_MESSAGE_BYTES || maxMessageBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "maxMessageBytes is from 1024 to 2147483647, not " + maxMessageBytes);
        }
        PublicKey dialed = endpoint.circle();
        if (circle != null && dialed != null && !circle.equals(dialed)) {
            throw new IllegalArgumentException(
                    "the circle is to be %s, but the address is that of %s"
                            .formatted(circle, dialed));
        }
        circle = circle == null ? dialed : circle;
        if (onSignRequest != null && signer == null) {
            throw new IllegalArgumentException("onSignRequest needs a key: keyPair or signer");
        }
    }

    private static void positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is more than nothing, not " + duration);
        }
    }
}
