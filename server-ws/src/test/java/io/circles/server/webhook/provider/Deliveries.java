package io.circles.server.webhook.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Deliveries as tests of providers want them.
final class Deliveries {
    /// When they are sent.
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00.250Z");

    static final String SECRET = "whsec_of_one_circle_of_tests";
    static final String OTHER = "whsec_of_another_circle";

    private Deliveries() {}

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /// @param headers names and values in turn
    static Delivery delivery(String body, String... headers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return new Delivery(all, bytes(body));
    }

    /// As the provider itself would send it.
    static Delivery signed(WebhookProvider provider, String secret, String body) {
        return new Delivery(
                provider.sign(bytes(body), provider.key(secret), "msg_1", NOW), bytes(body));
    }

    /// The same headers with another body.
    static Delivery with(Delivery delivery, String body) {
        return new Delivery(delivery.headers(), bytes(body));
    }

    static Verdict verdict(WebhookProvider provider, Delivery delivery, String... secrets) {
        return verdict(provider, delivery, NOW, secrets);
    }

    static Verdict verdict(
            WebhookProvider provider, Delivery delivery, Instant now, String... secrets) {
        return provider.verify(
                delivery, List.of(secrets).stream().map(provider::key).toList(), now);
    }
}
