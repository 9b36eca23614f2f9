package io.circles.protocol.crypto;

import java.util.Base64;
import java.util.HexFormat;

/// Reads bytes written as text in either of the two ways that the protocol allows.
///
/// A text of hex digits only, after an optional `0x`, is hex; any other is base64. No key and no
/// signature reads both ways: in base64 it has another length than in hex, and DER begins with
/// `M`, which is no hex digit. A base64 text may begin with `0x` by chance, hence the order.
final class HexOrBase64 {
    private static final String PREFIX = "0x";
    private static final int HEX_DIGITS_PER_BYTE = 2;

    private HexOrBase64() {}

    /// The bytes of `text`; `what` names it in messages ("public key").
    ///
    /// @throws IllegalArgumentException when it is neither hex nor base64, or longer than
    ///     `maxBytes` bytes need; says why without echoing the text
    static byte[] decode(String what, String text, int maxBytes) {
        int maxLength = PREFIX.length() + HEX_DIGITS_PER_BYTE * maxBytes;
        if (text.isEmpty() || text.length() > maxLength) {
            throw new IllegalArgumentException(
                    "a %s is a text of 1 to %d characters, not %d"
                            .formatted(what, maxLength, text.length()));
        }
        String digits = withoutPrefix(text);
        return isHex(digits) ? hex(what, digits) : base64(what, text);
    }

    private static String withoutPrefix(String text) {
        boolean prefixed = text.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
        return prefixed ? text.substring(PREFIX.length()) : text;
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }

    private static byte[] hex(String what, String digits) {
        if (digits.length() % HEX_DIGITS_PER_BYTE != 0) {
            throw new IllegalArgumentException(
                    "a %s in hex has two digits for each byte; this one has %d digits"
                            .formatted(what, digits.length()));
        }
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] base64(String what, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    ("a %s is hex or base64 (standard alphabet, without spaces or line breaks);"
                                    + " this one is neither")
                            .formatted(what),
                    e);
        }
    }
}
