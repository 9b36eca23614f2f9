package io.circles.server.webhook.provider;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a webhook's provider has sent, or is made to look as if. Nobody writes to the body's array,
/// which is not copied; two deliveries are equal only if they share it.
///
/// @param headers by their names in whatever case; what came several times is joined with `, `
/// @param body the bytes as they came
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record Delivery(Map<String, String> headers, byte[] body) {
    public Delivery {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = Collections.unmodifiableMap(byName);
    }

    /// The header of that name, in whatever case.
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// Nothing: all of it may be secret.
    @Override
    public String toString() {
        return "Delivery[" + body.length + " bytes]";
    }
}
