package io.circles.server.webhook.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.Wildcard;
import io.circles.protocol.crypto.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a circle takes from one provider. Immutable; holds secrets, so it shows its name only.
///
/// @param name stands in the path of its route: `[a-z0-9-]{1,63}`
/// @param provider how its deliveries are signed, and its events named
/// @param secrets any of which may have signed a delivery; several, so that one can be replaced.
///     Without one there is no route
/// @param routes which of the circle's functions handles what, the first that fits; [#USUAL] for
///     the rest
/// @param orderBy where the body says what the event is about: events about the same are handled
///     one after the other, in the order in which they came. Without it there is no order
public record Webhook(
        String name,
        WebhookProvider provider,
        List<String> secrets,
        List<Route> routes,
        Optional<JsonPointer> orderBy) {
    /// The function for whatever no route names.
    public static final String USUAL = "onWebhook";

    /// The form of a name.
    public static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]{0,255}");
    private static final Set<String> OF_OTHERS = Set.of("onStart", "onSigned");
    private static final int LONGEST_OBJECT = 200;

    /// Which function handles events.
    ///
    /// @param types of the events, with `*` for any run of characters
    /// @param function an export of the circle's module, which nobody can call
    public record Route(Wildcard types, String function) {
        public Route {
            if (!FUNCTION.matcher(function).matches() || OF_OTHERS.contains(function)) {
                throw new IllegalArgumentException(
                        "a route leads to a function of the circle's module that is nothing else,"
                                + " such as onInvoice");
            }
        }
    }

    public Webhook {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a webhook's name is 1 to 63 of a-z, 0-9 and -, not \"" + name + "\"");
        }
        secrets = List.copyOf(secrets);
        routes = List.copyOf(routes);
        secrets.forEach(provider::key);
    }

    /// The keys that its secrets stand for.
    public List<byte[]> keys() {
        return secrets.stream().map(provider::key).toList();
    }

    /// The function for events of a type.
    public String function(String type) {
        return routes.stream()
                .filter(route -> route.types.matches(type))
                .map(Route::function)
                .findFirst()
                .orElse(USUAL);
    }

    /// The functions that its routes name.
    public List<String> functions() {
        return routes.stream().map(Route::function).distinct().toList();
    }

    /// The functions that the circle needs for it: those of its routes, or [#USUAL].
    public List<String> needed() {
        return routes.isEmpty() ? List.of(USUAL) : functions();
    }

    /// What an event is about, if that matters.
    public Optional<String> object(JsonNode payload) {
        return orderBy.flatMap(place -> Pointers.scalar(payload, place))
                .map(
                        object ->
                                object.length() <= LONGEST_OBJECT
                                        ? object
                                        : Macs.hex(Digest.sha256(object.getBytes(UTF_8))));
    }

    @Override
    public String toString() {
        return "Webhook[" + name + "]";
    }
}
