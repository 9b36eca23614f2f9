package io.circles.server.webhook.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.crypto.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// As iDenfy signs: `Idenfy-Signature: HEX` over the body, which says neither when nor which event.
/// So the body itself names the event, for ever: or an approval of long ago could be sent again.
public record Idenfy() implements WebhookProvider {
    private static final String HEADER = "Idenfy-Signature";

    @Override
    public byte[] key(String secret) {
        return Macs.textKey(secret);
    }

    @Override
    public Verdict verify(Delivery delivery, List<byte[]> keys, Instant now) {
        Optional<byte[]> signature = delivery.header(HEADER).flatMap(Macs::hex);
        if (signature.isEmpty()) {
            return Verdict.NO_SIGNATURE;
        }
        return Macs.anyFits(Macs.SHA256, keys, List.of(signature.get()), "", delivery.body())
                ? Verdict.GENUINE
                : Verdict.WRONG_SIGNATURE;
    }

    /// The type is the result's status: `APPROVED`, `DENIED` and so on. (`Idenfy-Event-Type` is not
    /// signed.)
    @Override
    public Identity identify(Delivery delivery, JsonNode payload) {
        JsonNode status = payload.path("status");
        JsonNode overall = status.isObject() ? status.path("overall") : status;
        return new Identity(
                Macs.hex(Digest.sha256(delivery.body())),
                overall.isTextual() ? overall.textValue() : "",
                Optional.empty());
    }

    @Override
    public boolean signsTime() {
        return false;
    }

    @Override
    public Map<String, String> sign(byte[] body, byte[] key, String id, Instant now) {
        return Map.of(HEADER, Macs.hex(Macs.of(Macs.SHA256, key, "", body)));
    }
}
