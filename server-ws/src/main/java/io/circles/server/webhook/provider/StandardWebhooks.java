package io.circles.server.webhook.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// As the Standard Webhooks specification says: `webhook-id`, `webhook-timestamp` and
/// `webhook-signature: v1,BASE64`, several with spaces between them, over id, time and body with
/// dots between them.
public record StandardWebhooks(Tolerance tolerance) implements WebhookProvider {
    private static final String ID = "webhook-id";
    private static final String TIME = "webhook-timestamp";
    private static final String SIGNATURE = "webhook-signature";
    private static final String PREFIX = "v1,";
    private static final String SECRET_PREFIX = "whsec_";
    private static final int MOST_SIGNATURES = 100;
    private static final int SHORTEST_KEY = 16;

    /// Without a dot, or what is signed could be read in two ways.
    private static final Pattern GOOD_ID = Pattern.compile("[!-~&&[^.]]{1,255}");

    /// The key stands there in base64, after `whsec_`.
    @Override
    public byte[] key(String secret) {
        String text =
                secret.startsWith(SECRET_PREFIX)
                        ? secret.substring(SECRET_PREFIX.length())
                        : secret;
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the secret of a standard webhook is whsec_ and base64", e);
        }
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "the secret of a standard webhook has " + SHORTEST_KEY + " bytes at least");
        }
        return key;
    }

    @Override
    public Verdict verify(Delivery delivery, List<byte[]> keys, Instant now) {
        String id = delivery.header(ID).orElse("");
        String time = delivery.header(TIME).orElse("");
        List<byte[]> signatures = signatures(delivery.header(SIGNATURE).orElse(""));
        if (!GOOD_ID.matcher(id).matches() || !Tolerance.isTime(time) || signatures.isEmpty()) {
            return Verdict.NO_SIGNATURE;
        }
        String before = id + "." + time + ".";
        return Macs.anyFits(Macs.SHA256, keys, signatures, before, delivery.body())
                ? tolerance.judge(time, now)
                : Verdict.WRONG_SIGNATURE;
    }

    /// Those of the scheme `v1` that can be read.
    private static List<byte[]> signatures(String header) {
        List<byte[]> signatures = new ArrayList<>();
        for (String item : header.split(" ", MOST_SIGNATURES)) {
            if (item.startsWith(PREFIX)) {
                base64(item.substring(PREFIX.length())).ifPresent(signatures::add);
            }
        }
        return signatures;
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Identity identify(Delivery delivery, JsonNode payload) {
        JsonNode type = payload.path("type");
        return new Identity(
                delivery.header(ID).orElse(""),
                type.isTextual() ? type.textValue() : "",
                delivery.header(TIME).map(Tolerance::time));
    }

    @Override
    public boolean signsTime() {
        return true;
    }

    @Override
    public Map<String, String> sign(byte[] body, byte[] key, String id, Instant now) {
        String time = Long.toString(now.getEpochSecond());
        byte[] mac = Macs.of(Macs.SHA256, key, id + "." + time + ".", body);
        return Map.of(
                ID, id, TIME, time, SIGNATURE, PREFIX + Base64.getEncoder().encodeToString(mac));
    }
}
