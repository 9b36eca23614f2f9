package io.circles.protocol.crypto;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;

/// A private key on secp256k1 and the public key that belongs to it: what signs.
///
/// The secret leaves only through [#toPem()]; [#toString()] and messages never show it. Immutable
/// and safe for use by several threads.
public final class KeyPair {
    private final ECPrivateKeyParameters secret;
    private final PublicKey publicKey;

    KeyPair(BigInteger secret) {
        if (!Secp256k1.isScalar(secret)) {
            throw new IllegalArgumentException(
                    "a private key is a number from 1 to n - 1, n being the order of secp256k1;"
                            + " this one is not");
        }
        this.secret = new ECPrivateKeyParameters(secret, Secp256k1.DOMAIN);
        this.publicKey = new PublicKey(Secp256k1.publicPoint(secret));
    }

    /// A new key from `random`.
    public static KeyPair generate(SecureRandom random) {
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(Secp256k1.DOMAIN, random));
        var secret = (ECPrivateKeyParameters) generator.generateKeyPair().getPrivate();
        return new KeyPair(secret.getD());
    }

    /// The key whose secret is these 32 bytes, the most significant first.
    ///
    /// @throws IllegalArgumentException when they are not 32 or not a number from 1 to n - 1
    public static KeyPair of(byte[] secret) {
        if (secret.length != Secp256k1.SCALAR_BYTES) {
            throw new IllegalArgumentException(
                    "a private key has 32 bytes, not %d".formatted(secret.length));
        }
        return new KeyPair(new BigInteger(1, secret));
    }

    /// Reads a key file: PEM that holds one private key, as SEC1 (RFC 5915, `EC PRIVATE KEY`, also
    /// after an `EC PARAMETERS` block) or PKCS#8 (RFC 5958, `PRIVATE KEY`), unencrypted. A public
    /// key beside the private one must belong to it.
    ///
    /// @throws IllegalArgumentException for anything else; the message says what it is and which
    ///     openssl command makes a right one, and never echoes the text
    public static KeyPair parsePem(String pem) {
        return PrivateKeyPem.parse(pem);
    }

    /// The key as an unencrypted PKCS#8 PEM file with its public key, byte for byte what openssl
    /// writes. **This is the secret**: it belongs in a file that only its owner may read.
    public String toPem() {
        return PrivateKeyPem.write(secret.getD(), publicKey);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /// Signs SHA-256 of `message`. The same message always gives the same signature (RFC 6979),
    /// with low S, in the compact form.
    public Signature sign(byte[] message) {
        return Secp256k1.sign(secret, Digest.sha256(message));
    }

    /// Signs `digest`, whatever it is the digest of: for protocols that hash more than a message.
    /// The same digest always gives the same signature (RFC 6979), with low S, in the compact form.
    ///
    /// @throws IllegalArgumentException when it has not 32 bytes
    public Signature signDigest(byte[] digest) {
        return Secp256k1.sign(secret, Secp256k1.digest(digest));
    }

    /// The public key only.
    @Override
    public String toString() {
        return "KeyPair[" + publicKey + "]";
    }
}
