package io.circles.protocol.crypto;

import static io.circles.protocol.crypto.Secp256k1.COMPRESSED_BYTES;
import static io.circles.protocol.crypto.Secp256k1.DOMAIN;
import static io.circles.protocol.crypto.Secp256k1.EVEN_Y;
import static io.circles.protocol.crypto.Secp256k1.ODD_Y;
import static io.circles.protocol.crypto.Secp256k1.UNCOMPRESSED;
import static io.circles.protocol.crypto.Secp256k1.UNCOMPRESSED_BYTES;

import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/// A public key on secp256k1: the identity of a person, a device or a circle.
///
/// Whatever form it was read from (SEC 1, section 2.3.3), it has one canonical form, the 33 bytes
/// of the compressed point, and equality, hash and text follow that form. It is a point of the
/// curve and not infinity; nothing else can be made into one.
///
/// Immutable and safe for use by several threads. Parsing a compressed key costs a square root,
/// some 17 µs, so keep the object, not the text.
public final class PublicKey {
    private final String hex;
    private final ECPublicKeyParameters parameters;

    PublicKey(ECPoint point) {
        this.parameters = new ECPublicKeyParameters(point, DOMAIN);
        this.hex = HexFormat.of().formatHex(point.getEncoded(true));
    }

    /// Reads a key of 33 or 65 bytes, written as hex (with or without `0x`, in either case) or
    /// base64 (standard alphabet, with or without padding).
    ///
    /// @throws IllegalArgumentException when it is no such key; the message says what is wrong and
    ///     what would be right, and does not echo the text
    public static PublicKey parse(String text) {
        return of(HexOrBase64.decode("public key", text, UNCOMPRESSED_BYTES));
    }

    /// Reads a key of 33 bytes that begin with 02 or 03, or of 65 bytes that begin with 04.
    ///
    /// @throws IllegalArgumentException as [#parse(String)] does
    public static PublicKey of(byte[] encoded) {
        checkForm(encoded);
        try {
            return new PublicKey(DOMAIN.getCurve().decodePoint(encoded));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a public key is a point of the curve secp256k1; this one is not on it", e);
        }
    }

    private static void checkForm(byte[] encoded) {
        if (encoded.length != COMPRESSED_BYTES && encoded.length != UNCOMPRESSED_BYTES) {
            throw new IllegalArgumentException(
                    "a public key has 33 bytes (compressed) or 65 bytes (uncompressed), not %d"
                            .formatted(encoded.length));
        }
        byte prefix = encoded[0];
        boolean right =
                encoded.length == COMPRESSED_BYTES
                        ? prefix == EVEN_Y || prefix == ODD_Y
                        : prefix == UNCOMPRESSED;
        if (!right) {
            throw new IllegalArgumentException(
                    ("a public key of 33 bytes begins with 02 or 03 and one of 65 bytes with 04;"
                                    + " this one has %d bytes and begins with %02x")
                            .formatted(encoded.length, prefix));
        }
    }

    /// The canonical form: a new array of 33 bytes.
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /// The canonical form as 66 lower-case hex digits.
    public String hex() {
        return hex;
    }

    ECPublicKeyParameters parameters() {
        return parameters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicKey that && hex.equals(that.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    /// The same as [#hex()].
    @Override
    public String toString() {
        return hex;
    }
}
