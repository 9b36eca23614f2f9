package io.circles.protocol.crypto;

import static java.util.function.Predicate.not;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/// ECDSA (SEC 1, section 4.1) on the curve secp256k1 (SEC 2, section 2.4.1), over digests.
///
/// Arithmetic on secrets uses the fixed-point comb, whose steps do not depend on the scalar's bits;
/// the faster ways are for public values only. Safe for use by several threads.
final class Secp256k1 {
    /// The length of a scalar (a private key, r or s) and of a coordinate, in bytes.
    static final int SCALAR_BYTES = 32;

    static final int COMPRESSED_BYTES = 1 + SCALAR_BYTES;
    static final int UNCOMPRESSED_BYTES = 1 + 2 * SCALAR_BYTES;
    static final byte EVEN_Y = 2;
    static final byte ODD_Y = 3;
    static final byte UNCOMPRESSED = 4;

    // the curve with its own field arithmetic: SECNamedCurves has the same one, many times slower
    static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));

    /// The order of the group: scalars are 1 to n - 1.
    static final BigInteger N = DOMAIN.getN();

    private static final BigInteger HALF_N = N.shiftRight(1);

    private Secp256k1() {}

    static boolean isScalar(BigInteger value) {
        return value.signum() > 0 && value.compareTo(N) < 0;
    }

    /// Whether s is in the lower half of its range. (r, s) and (r, n - s) are equally valid.
    static boolean isLow(BigInteger s) {
        return s.compareTo(HALF_N) <= 0;
    }

    static BigInteger low(BigInteger s) {
        return isLow(s) ? s : N.subtract(s);
    }

    static ECPoint publicPoint(BigInteger secret) {
        return new FixedPointCombMultiplier().multiply(DOMAIN.getG(), secret).normalize();
    }

    /// The deterministic (RFC 6979) signature of a SHA-256 digest, with low S.
    static Signature.Compact sign(ECPrivateKeyParameters secret, byte[] digest) {
        var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, secret);
        BigInteger[] rs = signer.generateSignature(digest);
        return new Signature.Compact(rs[0], low(rs[1]));
    }

    static boolean verify(ECPublicKeyParameters key, byte[] digest, BigInteger r, BigInteger s) {
        var signer = new ECDSASigner();
        signer.init(false, key);
        return signer.verifySignature(digest, r, s);
    }

    /// The one key Q whose signature this is (SEC 1, section 4.1.6): with R the point that has r
    /// for its x and the given parity of y, Q = r^-1 (sR - eG). Empty when there is no such
    /// point.
    static Optional<ECPoint> recover(byte[] digest, BigInteger r, BigInteger s, boolean oddY) {
        return pointAt(r, oddY)
                .map(point -> recover(digest, r, s, point))
                .filter(not(ECPoint::isInfinity));
    }

    private static ECPoint recover(byte[] digest, BigInteger r, BigInteger s, ECPoint point) {
        BigInteger inverse = r.modInverse(N);
        BigInteger e = new BigInteger(1, digest);
        BigInteger u1 = e.negate().multiply(inverse).mod(N);
        BigInteger u2 = s.multiply(inverse).mod(N);
        return ECAlgorithms.sumOfTwoMultiplies(DOMAIN.getG(), u1, point, u2).normalize();
    }

    private static Optional<ECPoint> pointAt(BigInteger x, boolean oddY) {
        var encoded = new byte[COMPRESSED_BYTES];
        encoded[0] = oddY ? ODD_Y : EVEN_Y;
        System.arraycopy(bytes(x), 0, encoded, 1, SCALAR_BYTES);
        try {
            return Optional.of(DOMAIN.getCurve().decodePoint(encoded));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The digest itself, if it has the length of one.
    static byte[] digest(byte[] digest) {
        if (digest.length != SCALAR_BYTES) {
            throw new IllegalArgumentException(
                    "a digest has 32 bytes, not %d".formatted(digest.length));
        }
        return digest;
    }

    /// A scalar as 32 bytes, the most significant first.
    static byte[] bytes(BigInteger scalar) {
        return BigIntegers.asUnsignedByteArray(SCALAR_BYTES, scalar);
    }
}
