package io.circles.launcher;

import com.fasterxml.jackson.core.JsonPointer;
import io.circles.protocol.Wildcard;
import io.circles.server.webhook.provider.Webhook;
import io.circles.server.webhook.provider.WebhookProvider;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads whose events circles handle: `webhooks`. Remembers the secrets of all circles: one that
/// two of them had would let what was sent to one be sent to the other. Not thread-safe.
final class WebhooksReader {
    private static final String NAME_FORM = "a webhook's name is 1 to 63 of a-z, 0-9 and -";
    private static final int LONGEST_PATTERN = 255;

    private final SecretsReader secrets;
    private final Map<String, String> placesOfSecrets = new HashMap<>();

    WebhooksReader(SecretsReader secrets) {
        this.secrets = secrets;
    }

    /// @param section an object of webhooks by their names
    /// @param hasModule whether the circle has functions that could handle events
    List<Webhook> read(ConfigReader section, boolean hasModule) {
        List<Webhook> all =
                section.fields().entrySet().stream()
                        .flatMap(field -> webhook(field.getKey(), field.getValue()).stream())
                        .toList();
        if (!all.isEmpty() && !hasModule) {
            section.warning("the circle has no functions, so events are only kept");
        }
        return all;
    }

    private Optional<Webhook> webhook(String name, ConfigReader field) {
        if (!Webhook.NAME.matcher(name).matches()) {
            field.problem(NAME_FORM);
            return Optional.empty();
        }
        Optional<WebhookProvider> provider = WebhookSchemeReader.read(name, field);
        List<String> known =
                field.items("secrets").stream()
                        .flatMap(item -> secret(item, provider).stream())
                        .toList();
        List<Webhook.Route> routes = routes(field.section("routes"));
        Optional<JsonPointer> orderBy =
                field.field("order_by").flatMap(place -> place.text(WebhooksReader::pointer));
        field.refuseOtherFields();
        if (known.isEmpty()) {
            field.warning("has no secret, so nothing is taken from it");
        }
        return provider.map(found -> new Webhook(name, found, known, routes, orderBy));
    }

    private Optional<String> secret(ConfigReader item, Optional<WebhookProvider> provider) {
        Optional<String> secret = secrets.value(item);
        return secret.flatMap(
                value ->
                        item.text(
                                _ -> {
                                    String key =
                                            provider.map(
                                                            found ->
                                                                    HexFormat.of()
                                                                            .formatHex(
                                                                                    found.key(
                                                                                            value)))
                                                    .orElse(value);
                                    String other = placesOfSecrets.putIfAbsent(key, item.place());
                                    if (other != null) {
                                        throw new IllegalArgumentException(
                                                "is the same secret as "
                                                        + other
                                                        + "; what was sent there could be sent here");
                                    }
                                    return value;
                                }));
    }

    private static List<Webhook.Route> routes(ConfigReader section) {
        return section.fields().entrySet().stream()
                .flatMap(
                        field ->
                                field
                                        .getValue()
                                        .text(function -> route(field.getKey(), function))
                                        .stream())
                .toList();
    }

    private static Webhook.Route route(String types, String function) {
        if (types.isEmpty() || types.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException(
                    "the types of a route are 1 to 255 characters, with * for any run of them");
        }
        return new Webhook.Route(Wildcard.of(types), function);
    }

    /// A place in a body.
    static JsonPointer pointer(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(
                    "must be a JSON pointer to a place in the body, such as \"/data/object/id\"");
        }
        return JsonPointer.compile(text);
    }
}
