package io.circles.server.webhook.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// As Stripe signs: `Stripe-Signature: t=TIME,v1=HEX`, with several `v1` while secrets are being
/// replaced, over the time, a dot and the body. Other schemes, such as `v0`, count for nothing.
public record Stripe(Tolerance tolerance) implements WebhookProvider {
    private static final String HEADER = "Stripe-Signature";
    private static final int MOST_SIGNATURES = 100;

    @Override
    public byte[] key(String secret) {
        return Macs.textKey(secret);
    }

    @Override
    public Verdict verify(Delivery delivery, List<byte[]> keys, Instant now) {
        Optional<Signed> signed = delivery.header(HEADER).flatMap(Stripe::signed);
        if (signed.isEmpty()) {
            return Verdict.NO_SIGNATURE;
        }
        String time = signed.get().time;
        return Macs.anyFits(Macs.SHA256, keys, signed.get().signatures, time + ".", delivery.body())
                ? tolerance.judge(time, now)
                : Verdict.WRONG_SIGNATURE;
    }

    private record Signed(String time, List<byte[]> signatures) {}

    /// What a header says that has one time, and at least one signature.
    private static Optional<Signed> signed(String header) {
        String time = "";
        List<byte[]> signatures = new ArrayList<>();
        for (String item : header.split(",", -1)) {
            String[] parts = item.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals("t")) {
                if (!time.isEmpty()) {
                    return Optional.empty();
                }
                time = parts[1];
            } else if (parts.length == 2 && parts[0].equals("v1")) {
                Macs.hex(parts[1]).ifPresent(signatures::add);
            }
        }
        boolean good =
                Tolerance.isTime(time)
                        && !signatures.isEmpty()
                        && signatures.size() <= MOST_SIGNATURES;
        return good ? Optional.of(new Signed(time, signatures)) : Optional.empty();
    }

    @Override
    public Identity identify(Delivery delivery, JsonNode payload) {
        JsonNode created = payload.path("created");
        return new Identity(
                Pointers.text(payload, "/id"),
                Pointers.text(payload, "/type"),
                created.isIntegralNumber()
                        ? Optional.of(Pointers.time(created.asLong()))
                        : Optional.empty());
    }

    @Override
    public boolean signsTime() {
        return true;
    }

    @Override
    public Map<String, String> sign(byte[] body, byte[] key, String id, Instant now) {
        long time = now.getEpochSecond();
        return Map.of(
                HEADER,
                "t=%d,v1=%s"
                        .formatted(time, Macs.hex(Macs.of(Macs.SHA256, key, time + ".", body))));
    }
}
