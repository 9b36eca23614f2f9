package io.circles.script;

import io.circles.protocol.SignDigest;
import io.circles.protocol.Utf8;
import io.circles.protocol.crypto.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// What a script asks key holders to sign. Immutable. Whoever made it: one that would not be right
/// is an [IllegalArgumentException] that says what would be, in the words of `sign` in scripts.
///
/// @param id names the request in its circle: a UUID, lower-case
/// @param keys who may sign, 1 to [#MOST_KEYS], none twice
/// @param threshold how many of them have to, 1 or more
/// @param message the bytes to sign in base64, 1 to [#MOST_MESSAGE_BYTES], which do not begin as
///     [SignDigest#isReserved] says
/// @param contentType what the message is: 1 to [#LONGEST_CONTENT_TYPE] printable ASCII characters
/// @param display what to show to whoever decides, 1 to [#LONGEST_DISPLAY] characters
/// @param digest what of it is signed
/// @param ttl how long after its commit it ends by itself, [#LEAST_TTL] to [#MOST_TTL]
public record SignatureRequest(
        String id,
        List<PublicKey> keys,
        int threshold,
        String message,
        String contentType,
        String display,
        SignDigest digest,
        Duration ttl) {
    /// How many keys can be asked at once.
    public static final int MOST_KEYS = 100;

    /// The longest message.
    public static final int MOST_MESSAGE_BYTES = 65_536;

    /// The longest content type, in characters.
    public static final int LONGEST_CONTENT_TYPE = 100;

    /// The longest text to show, in characters.
    public static final int LONGEST_DISPLAY = 1_000;

    /// How soon a request can end.
    public static final Duration LEAST_TTL = Duration.ofSeconds(1);

    /// When a request ends that says nothing else.
    public static final Duration DEFAULT_TTL = Duration.ofDays(1);

    /// How late a request can end.
    public static final Duration MOST_TTL = Duration.ofDays(7);

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~][ -~]*");

    public SignatureRequest {
        keys = List.copyOf(keys);
        requireId(id);
        requireKeys(keys, threshold);
        requireMessage(Base64.getDecoder().decode(message));
        requireContentType(contentType);
        requireDisplay(display);
        if (ttl.compareTo(LEAST_TTL) < 0 || ttl.compareTo(MOST_TTL) > 0) {
            throw new IllegalArgumentException(
                    "ttl is from %d to %d milliseconds, not %d"
                            .formatted(LEAST_TTL.toMillis(), MOST_TTL.toMillis(), ttl.toMillis()));
        }
    }

    /// Lets only pass what can be a request's id.
    static void requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("an id is what sign.request returned: a UUID");
        }
    }

    private static void requireKeys(List<PublicKey> keys, int threshold) {
        int count = keys.size();
        if (count < 1 || count > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "keys are 1 to %d, not %d".formatted(MOST_KEYS, count));
        }
        if (keys.stream().distinct().count() < count) {
            throw new IllegalArgumentException("keys has a key twice");
        }
        if (threshold < 1 || threshold > count) {
            throw new IllegalArgumentException(
                    "threshold is from 1 to the number of keys, %d, not %d"
                            .formatted(count, threshold));
        }
    }

    private static void requireMessage(byte[] message) {
        if (message.length < 1 || message.length > MOST_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "the message has 1 to %d bytes, not %d"
                            .formatted(MOST_MESSAGE_BYTES, message.length));
        }
        if (SignDigest.isReserved(message)) {
            throw new IllegalArgumentException(
                    "the message must not begin with \"circles \": such texts are Circles' own,"
                            + " for log-ins and proofs");
        }
    }

    /// Whether a text can be a content type: printable, so what two of them look like tells them
    /// apart, and so does their UTF-8.
    public static boolean isContentType(String text) {
        return text.length() <= LONGEST_CONTENT_TYPE && PRINTABLE.matcher(text).matches();
    }

    private static void requireContentType(String contentType) {
        if (!isContentType(contentType)) {
            throw new IllegalArgumentException(
                    "contentType has 1 to %d printable ASCII characters"
                            .formatted(LONGEST_CONTENT_TYPE));
        }
    }

    private static void requireDisplay(String display) {
        int length = display.codePointCount(0, display.length());
        if (length < 1 || length > LONGEST_DISPLAY) {
            throw new IllegalArgumentException(
                    "display has 1 to %d characters, not %d".formatted(LONGEST_DISPLAY, length));
        }
        if (!Utf8.wellFormed(display).equals(display)) {
            throw new IllegalArgumentException("display has half of a surrogate pair");
        }
    }

    /// The bytes to sign: a new array.
    public byte[] messageBytes() {
        return Base64.getDecoder().decode(message);
    }
}
