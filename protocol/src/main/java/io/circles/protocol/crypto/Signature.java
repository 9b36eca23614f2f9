package io.circles.protocol.crypto;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;

/// An ECDSA signature on secp256k1, in one of the three forms that the protocol accepts.
///
/// The form says what was hashed: [Compact] and [Der] sign SHA-256 of the message, [Recoverable]
/// signs its EIP-191 digest, as Ethereum wallets do. All hold r and s, each from 1 to n - 1.
///
/// **A signature is no identifier.** Whoever sees one can make a second, (r, n - s), that is as
/// good; both verify here, since OpenSSL and many libraries emit high S. What is passed on is
/// [#compact()], where S is always low.
///
/// Immutable and safe for use by several threads.
public sealed interface Signature {
    /// The first number of the pair, from 1 to n - 1.
    BigInteger r();

    /// The second number of the pair, from 1 to n - 1, high or low as it was given.
    BigInteger s();

    /// Reads a signature written as hex (with or without `0x`) or base64 (standard alphabet, with
    /// or without padding). The number of bytes alone says which form it is: 64 [Compact], 65
    /// [Recoverable], any other [Der].
    ///
    /// @throws IllegalArgumentException when it cannot be decoded or r or s is out of range; the
    ///     message says what is wrong and what would be right
    static Signature parse(String text) {
        return SignatureDecoder.decode(text);
    }

    /// Whether the holder of `key` signed `message`.
    boolean verifies(PublicKey key, byte[] message);

    /// Whether the holder of `key` signed `digest`, whatever it is the digest of: for protocols
    /// that do not hash as the form says.
    ///
    /// @throws IllegalArgumentException when it has not 32 bytes
    default boolean verifiesDigest(PublicKey key, byte[] digest) {
        return Secp256k1.verify(key.parameters(), Secp256k1.digest(digest), r(), s());
    }

    /// r and s in 64 bytes, with s made low if it is not: a new array.
    default byte[] compact() {
        var bytes = new byte[2 * Secp256k1.SCALAR_BYTES];
        System.arraycopy(Secp256k1.bytes(r()), 0, bytes, 0, Secp256k1.SCALAR_BYTES);
        byte[] low = Secp256k1.bytes(Secp256k1.low(s()));
        System.arraycopy(low, 0, bytes, Secp256k1.SCALAR_BYTES, Secp256k1.SCALAR_BYTES);
        return bytes;
    }

    /// [#compact()] as 128 lower-case hex digits.
    default String hex() {
        return HexFormat.of().formatHex(compact());
    }

    /// The signature in hex with all that its form needs to verify again, S made low: what
    /// [#parse] reads.
    default String encoded() {
        return hex();
    }

    private static void check(BigInteger r, BigInteger s) {
        if (!Secp256k1.isScalar(r) || !Secp256k1.isScalar(s)) {
            throw new IllegalArgumentException(
                    "r and s of a signature are from 1 to n - 1, n being the order of secp256k1;"
                            + " here one of them is not");
        }
    }

    /// r‖s in 64 bytes, over SHA-256: the default form.
    record Compact(BigInteger r, BigInteger s) implements Signature {
        public Compact {
            check(r, s);
        }

        @Override
        public boolean verifies(PublicKey key, byte[] message) {
            return Secp256k1.verify(key.parameters(), Digest.sha256(message), r, s);
        }
    }

    /// A strict DER sequence of r and s (RFC 3279, section 2.2.3), over SHA-256: what `openssl
    /// dgst -sha256 -sign` prints.
    record Der(BigInteger r, BigInteger s) implements Signature {
        public Der {
            check(r, s);
        }

        @Override
        public boolean verifies(PublicKey key, byte[] message) {
            return Secp256k1.verify(key.parameters(), Digest.sha256(message), r, s);
        }
    }

    /// r‖s‖v in 65 bytes, over the EIP-191 digest: what `personal_sign` answers. v is kept as
    /// `oddY`, the parity of the point that r was taken from.
    record Recoverable(BigInteger r, BigInteger s, boolean oddY) implements Signature {
        private static final int ETHEREUM_V = 27;

        public Recoverable {
            check(r, s);
        }

        /// The key that signed `message`; empty when r belongs to no point of the curve. A forger
        /// can choose a signature first and have some key recovered: the key proves nothing until
        /// it is compared with one that was expected.
        public Optional<PublicKey> recover(byte[] message) {
            return recoverDigest(Digest.personalMessage(message));
        }

        /// The key that signed `digest`, under the same caution; empty when r belongs to no point.
        ///
        /// @throws IllegalArgumentException when it has not 32 bytes
        public Optional<PublicKey> recoverDigest(byte[] digest) {
            return Secp256k1.recover(Secp256k1.digest(digest), r, s, oddY).map(PublicKey::new);
        }

        /// r‖s‖v; when s is made low, v is turned around.
        @Override
        public String encoded() {
            boolean odd = oddY == Secp256k1.isLow(s);
            return hex() + HexFormat.of().toHexDigits((byte) (odd ? ETHEREUM_V + 1 : ETHEREUM_V));
        }

        /// Whether exactly `key` is recovered. That the ECDSA equation holds follows from it.
        @Override
        public boolean verifies(PublicKey key, byte[] message) {
            return recover(message).filter(key::equals).isPresent();
        }

        @Override
        public boolean verifiesDigest(PublicKey key, byte[] digest) {
            return recoverDigest(digest).filter(key::equals).isPresent();
        }
    }
}
