package io.circles.launcher;

import com.fasterxml.jackson.core.JsonPointer;
import io.circles.server.webhook.provider.Hmac;
import io.circles.server.webhook.provider.Hmac.SignedTime;
import io.circles.server.webhook.provider.Idenfy;
import io.circles.server.webhook.provider.StandardWebhooks;
import io.circles.server.webhook.provider.Stripe;
import io.circles.server.webhook.provider.Tolerance;
import io.circles.server.webhook.provider.WebhookProvider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads how a webhook is signed: its `scheme`, and what that scheme wants to know.
final class WebhookSchemeReader {
    /// These are also names, and then say the scheme.
    private static final List<String> NAMED = List.of("stripe", "idenfy", "standard");

    private static final String SCHEMES = "\"stripe\", \"idenfy\", \"standard\" or \"hmac\"";
    private static final String HEADER_FORM = "a header such as X-Hub-Signature-256";
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern PREFIX = Pattern.compile("[ -~]{0,64}");
    private static final String BODY = "{body}";
    private static final long SHORTEST_TOLERANCE = 1_000;

    private WebhookSchemeReader() {}

    /// @param name of the webhook
    static Optional<WebhookProvider> read(String name, ConfigReader field) {
        Optional<String> word = scheme(name, field);
        if (word.isEmpty()) {
            return Optional.empty();
        }
        return switch (word.get()) {
            case "stripe" -> Optional.of(new Stripe(tolerance(field)));
            case "standard" -> Optional.of(new StandardWebhooks(tolerance(field)));
            case "idenfy" -> Optional.of(new Idenfy());
            default -> hmac(field);
        };
    }

    private static Optional<String> scheme(String name, ConfigReader field) {
        if (!NAMED.contains(name)) {
            return field.required("scheme", SCHEMES)
                    .flatMap(
                            scheme ->
                                    scheme.text(
                                            word ->
                                                    checked(
                                                            word,
                                                            NAMED.contains(word)
                                                                    || word.equals("hmac"),
                                                            SCHEMES)));
        }
        field.field("scheme")
                .ifPresent(
                        scheme ->
                                scheme.text(
                                        word ->
                                                checked(
                                                        word,
                                                        word.equals(name),
                                                        "\"" + name + "\", or left out")));
        return Optional.of(name);
    }

    private static String checked(String word, boolean good, String right) {
        if (!good) {
            throw new IllegalArgumentException("must be " + right);
        }
        return word;
    }

    private static Tolerance tolerance(ConfigReader field) {
        return field.field("tolerance_ms")
                .flatMap(value -> value.number(SHORTEST_TOLERANCE, Tolerance.LONGEST.toMillis()))
                .map(millis -> new Tolerance(Duration.ofMillis(millis)))
                .orElse(Tolerance.DEFAULT);
    }

    private static Optional<WebhookProvider> hmac(ConfigReader field) {
        Optional<String> header =
                field.required("header", HEADER_FORM)
                        .flatMap(value -> value.text(WebhookSchemeReader::header));
        String prefix =
                field.field("prefix")
                        .flatMap(
                                value ->
                                        value.text(
                                                text ->
                                                        checked(
                                                                text,
                                                                PREFIX.matcher(text).matches(),
                                                                "up to 64 printable characters")))
                        .orElse("");
        Hmac.Encoding encoding = word(field, "encoding", Hmac.Encoding.values());
        Hmac.Hash digest = word(field, "digest", Hmac.Hash.values());
        Optional<SignedTime> time = time(field);
        Optional<JsonPointer> id = pointer(field, "id");
        Optional<JsonPointer> type = pointer(field, "type");
        return header.map(name -> new Hmac(name, prefix, encoding, digest, time, id, type));
    }

    private static Optional<JsonPointer> pointer(ConfigReader field, String name) {
        return field.field(name).flatMap(place -> place.text(WebhooksReader::pointer));
    }

    private static String header(String name) {
        return checked(name, HEADER.matcher(name).matches(), HEADER_FORM);
    }

    /// One of several words, the first where nothing is said.
    private static <E extends Enum<E>> E word(ConfigReader field, String name, E[] all) {
        String words =
                Arrays.stream(all)
                        .map(each -> "\"" + each.name().toLowerCase(Locale.ROOT) + "\"")
                        .collect(Collectors.joining(" or "));
        return field.field(name)
                .flatMap(
                        value ->
                                value.text(
                                        text ->
                                                Arrays.stream(all)
                                                        .filter(each -> isCalled(each, text))
                                                        .findFirst()
                                                        .orElseThrow(
                                                                () ->
                                                                        new IllegalArgumentException(
                                                                                "must be "
                                                                                        + words))))
                .orElse(all[0]);
    }

    private static boolean isCalled(Enum<?> each, String text) {
        return each.name().toLowerCase(Locale.ROOT).equals(text);
    }

    private static Optional<SignedTime> time(ConfigReader field) {
        Optional<ConfigReader> header = field.field("timestamp_header");
        Optional<ConfigReader> signed = field.field("signed");
        if (header.isEmpty()) {
            signed.or(() -> field.field("tolerance_ms"))
                    .ifPresent(value -> value.problem("means nothing without timestamp_header"));
            return Optional.empty();
        }
        Optional<String> name = header.get().text(WebhookSchemeReader::header);
        Optional<String> before =
                signed.isPresent()
                        ? signed.get().text(WebhookSchemeReader::beforeBody)
                        : Optional.of(SignedTime.TIMESTAMP + ".");
        Tolerance tolerance = tolerance(field);
        return name.flatMap(given -> before.map(text -> new SignedTime(given, text, tolerance)));
    }

    /// What is signed before the body.
    ///
    /// @param signed has `{timestamp}` once, and `{body}` at its end
    static String beforeBody(String signed) {
        String before =
                signed.endsWith(BODY) ? signed.substring(0, signed.length() - BODY.length()) : "";
        boolean once =
                before.contains(SignedTime.TIMESTAMP)
                        && before.indexOf(SignedTime.TIMESTAMP)
                                == before.lastIndexOf(SignedTime.TIMESTAMP)
                        && !before.contains(BODY);
        return checked(
                before,
                once,
                "what is signed, with {timestamp} once and {body} at the end, such as"
                        + " \"v0:{timestamp}:{body}\"");
    }
}
