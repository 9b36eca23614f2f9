package io.circles.server.webhook.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A way to sign webhooks and to name their events. Immutable; knows no secret, no network and no
/// clock.
///
/// What is signed are the bytes as they came: nothing is parsed before that is known to be genuine.
public sealed interface WebhookProvider permits Stripe, Idenfy, StandardWebhooks, Hmac {

    /// The key that a secret stands for.
    ///
    /// @throws IllegalArgumentException if it cannot be one; the message does not show it
    byte[] key(String secret);

    /// Decides who has sent a delivery, in a time that does not depend on how wrong a signature is.
    ///
    /// @param keys any of which may have signed it
    /// @param now by the receiver's clock
    Verdict verify(Delivery delivery, List<byte[]> keys, Instant now);

    /// Says which event a genuine delivery tells of.
    ///
    /// @param payload its body
    /// @throws IllegalArgumentException if it does not say that; the message says what is missing
    Identity identify(Delivery delivery, JsonNode payload);

    /// Whether what is signed says when: so an old delivery is refused, and need not be known for
    /// ever.
    boolean signsTime();

    /// The headers with which the provider would send a body.
    ///
    /// @param id for those that name an event in a header
    Map<String, String> sign(byte[] body, byte[] key, String id, Instant now);
}
