package io.circles.protocol.crypto;

import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.jspecify.annotations.Nullable;

/// Tells the three forms of a signature apart by their length and reads each. See
/// [Signature#parse].
final class SignatureDecoder {
    private static final int COMPACT_BYTES = 2 * Secp256k1.SCALAR_BYTES;
    private static final int RECOVERABLE_BYTES = COMPACT_BYTES + 1;
    // two integers of 33 bytes at most (a leading zero), each with tag and length, in one sequence
    private static final int MAX_DER_BYTES = 2 + 2 * (2 + Secp256k1.SCALAR_BYTES + 1);
    private static final int ETHEREUM_V = 27;
    // what decodes is not yet in range: each form checks that itself
    private static final @Nullable BigInteger ANY_RANGE = null;

    private SignatureDecoder() {}

    static Signature decode(String text) {
        byte[] encoded = HexOrBase64.decode("signature", text, MAX_DER_BYTES);
        return switch (encoded.length) {
            case COMPACT_BYTES -> new Signature.Compact(r(encoded), s(encoded));
            case RECOVERABLE_BYTES ->
                    new Signature.Recoverable(r(encoded), s(encoded), oddY(encoded[COMPACT_BYTES]));
            default -> {
                BigInteger[] rs = der(encoded);
                yield new Signature.Der(rs[0], rs[1]);
            }
        };
    }

    private static BigInteger r(byte[] encoded) {
        return new BigInteger(1, encoded, 0, Secp256k1.SCALAR_BYTES);
    }

    private static BigInteger s(byte[] encoded) {
        return new BigInteger(1, encoded, Secp256k1.SCALAR_BYTES, Secp256k1.SCALAR_BYTES);
    }

    private static boolean oddY(byte v) {
        return switch (v) {
            case 0, ETHEREUM_V -> false;
            case 1, ETHEREUM_V + 1 -> true;
            default ->
                    throw new IllegalArgumentException(
                            "the last byte (v) of a signature of 65 bytes is 0, 1, 27 or 28, not %d"
                                    .formatted(Byte.toUnsignedInt(v)));
        };
    }

    // the library encodes what it read and compares, so nothing passes that is BER but not DER
    private static BigInteger[] der(byte[] encoded) {
        try {
            return StandardDSAEncoding.INSTANCE.decode(ANY_RANGE, encoded);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    ("a signature has 64 bytes (r and s), 65 (r, s and v) or is strict DER;"
                                    + " this one has %d bytes and is not DER")
                            .formatted(encoded.length),
                    e);
        }
    }
}
