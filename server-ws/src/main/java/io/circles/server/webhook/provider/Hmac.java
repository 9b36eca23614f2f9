package io.circles.server.webhook.provider;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.circles.protocol.crypto.Digest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// As many others sign: an HMAC of the body, and perhaps of a time, in a header of its own.
///
/// Only what is signed names an event: a place in the body or, without one, the body itself. A
/// header such as `X-GitHub-Delivery` is not signed, and whoever has one delivery could give it any
/// number of names.
///
/// @param header with the signature
/// @param prefix what stands before the signature there, such as `sha256=`
/// @param encoding of the signature
/// @param digest below the HMAC
/// @param time where the time stands, if it is signed
/// @param id where the event's id stands in the body; without it the body's hash is the id
/// @param type where the event's type stands in the body
public record Hmac(
        String header,
        String prefix,
        Encoding encoding,
        Hash digest,
        Optional<SignedTime> time,
        Optional<JsonPointer> id,
        Optional<JsonPointer> type)
        implements WebhookProvider {
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /// How a signature is written.
    public enum Encoding {
        /// Two digits a byte.
        HEX,
        /// As RFC 4648 says, with padding.
        BASE64
    }

    /// What an HMAC is made with.
    public enum Hash {
        /// SHA-256.
        SHA256(Macs.SHA256),
        /// SHA-512.
        SHA512(Macs.SHA512);

        private final String algorithm;

        Hash(String algorithm) {
            this.algorithm = algorithm;
        }
    }

    /// How the time is signed, in seconds since 1970.
    ///
    /// @param header with the time
    /// @param before what is signed before the body, with `{timestamp}` for the time
    public record SignedTime(String header, String before, Tolerance tolerance) {
        /// Stands for the time.
        public static final String TIMESTAMP = "{timestamp}";

        public SignedTime {
            checkHeader(header);
            if (before.indexOf(TIMESTAMP) < 0
                    || before.indexOf(TIMESTAMP) != before.lastIndexOf(TIMESTAMP)) {
                throw new IllegalArgumentException("needs {timestamp} once");
            }
        }

        private String before(String time) {
            return before.replace(TIMESTAMP, time);
        }
    }

    public Hmac {
        checkHeader(header);
    }

    private static void checkHeader(String name) {
        if (!HEADER.matcher(name).matches()) {
            throw new IllegalArgumentException("a header's name is 1 to 64 of A-Z, a-z, 0-9 and -");
        }
    }

    @Override
    public byte[] key(String secret) {
        return Macs.textKey(secret);
    }

    @Override
    public Verdict verify(Delivery delivery, List<byte[]> keys, Instant now) {
        Optional<byte[]> signature = delivery.header(header).flatMap(this::signature);
        String at = time.flatMap(signed -> delivery.header(signed.header)).orElse("");
        if (signature.isEmpty() || (time.isPresent() && !Tolerance.isTime(at))) {
            return Verdict.NO_SIGNATURE;
        }
        String before = time.map(signed -> signed.before(at)).orElse("");
        List<byte[]> one = List.of(signature.get());
        if (!Macs.anyFits(digest.algorithm, keys, one, before, delivery.body())) {
            return Verdict.WRONG_SIGNATURE;
        }
        return time.map(signed -> signed.tolerance.judge(at, now)).orElse(Verdict.GENUINE);
    }

    private Optional<byte[]> signature(String text) {
        if (!text.startsWith(prefix)) {
            return Optional.empty();
        }
        String encoded = text.substring(prefix.length());
        try {
            return Optional.of(
                    switch (encoding) {
                        case HEX -> HexFormat.of().parseHex(encoded);
                        case BASE64 -> Base64.getDecoder().decode(encoded);
                    });
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Identity identify(Delivery delivery, JsonNode payload) {
        return new Identity(
                id.map(place -> id(payload, place))
                        .orElseGet(() -> Macs.hex(Digest.sha256(delivery.body()))),
                type.flatMap(place -> Pointers.scalar(payload, place)).orElse(""),
                time.flatMap(signed -> delivery.header(signed.header)).map(Tolerance::time));
    }

    private static String id(JsonNode payload, JsonPointer place) {
        return Pointers.scalar(payload, place)
                .orElseThrow(() -> new IllegalArgumentException("the body has no id at " + place));
    }

    @Override
    public boolean signsTime() {
        return time.isPresent();
    }

    @Override
    public Map<String, String> sign(byte[] body, byte[] key, String event, Instant now) {
        String at = Long.toString(now.getEpochSecond());
        String before = time.map(signed -> signed.before(at)).orElse("");
        byte[] mac = Macs.of(digest.algorithm, key, before, body);
        String encoded =
                switch (encoding) {
                    case HEX -> Macs.hex(mac);
                    case BASE64 -> Base64.getEncoder().encodeToString(mac);
                };
        Map<String, String> headers = new HashMap<>();
        headers.put(header, prefix + encoded);
        time.ifPresent(signed -> headers.put(signed.header, at));
        return headers;
    }
}
